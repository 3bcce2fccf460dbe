# Domain page 1.3: staff serving customers are part of the staff.
as   officer of chaoyang_authority
each staff_total  staff_direct
     10           11
     0            1
do   create unit from hotel staff_total=<staff_total> staff_direct=<staff_direct>
then refused STAFF_COUNT at staff_direct
end

do   create unit from hotel staff_total=-1 staff_direct=null
then refused NUMBER_RANGE at staff_total
do   create unit from hotel staff_total=10 staff_direct=10
then staff_direct is 10
do   create unit from hospital staff_total=null staff_direct=3
then staff_direct is 3
