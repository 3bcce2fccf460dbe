# Domain page 0.6: two people change one unit; the second sees both versions instead of losing the first.
as   officer of chaoyang_authority
do   create unit from hotel as $hotel
as   officer/li of chaoyang_authority
do   update $hotel unit_alias=李的改名
then version is 2
as   officer of chaoyang_authority
do   update $hotel at version 1 unit_alias=张的改名
then refused STALE
do   open $hotel
then unit_alias is 李的改名
then version is 2
