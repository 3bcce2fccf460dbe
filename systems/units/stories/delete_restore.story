# Domain page 0.5: deleting only marks a record; it can come back, and the history knows who and why.
as   dept_head of chaoyang_authority
do   create unit from hotel as $hotel
do   delete $hotel reason=重复登记
then ok
do   list unit
then no rows
do   list unit deleted
then 1 row
do   restore $hotel
then deleted_at is empty
then change delete by dept_head
then change restore by dept_head
do   list unit
then 1 row
