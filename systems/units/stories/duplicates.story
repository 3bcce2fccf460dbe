# Domain page 1.3: before saving, units that may be the same are shown; the business key itself is refused.
as   officer of chaoyang_authority
do   create unit from hotel as $hotel

do   check unit from hotel
then duplicate $hotel
do   create unit from hotel
then refused UNIQUE

# The same or a very similar name in the same division.
do   check unit from hospital unit_name=北京云来宾馆有限公司
then duplicate $hotel
do   check unit from hospital
then no duplicate
do   check unit from hospital unit_name=北京云来宾馆有限公司 region_code=110108
then no duplicate

# Within fifty metres.
do   check unit from hospital location={"lng":"116.4433500","lat":"39.9219500","system":"CGCS2000"}
then duplicate $hotel
do   check unit from hospital location={"lng":"116.4533000","lat":"39.9219000","system":"CGCS2000"}
then no duplicate

# A branch of the same company elsewhere is another unit.
do   create unit from hotel business_address=北京市朝阳区分店路5号 location=null
then ok
