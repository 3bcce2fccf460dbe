# Domain page 0.6: what is wrong is refused with the field and the reason, all faults together, and nothing is kept.
on   2026-09-28 09:00
as   officer of chaoyang_authority
do   create unit unit_alias=只有招牌
then refused REQUIRED at unit_name
then refused REQUIRED at legal_rep
then refused REQUIRED at principal
then refused REQUIRED at reg_address
then refused REQUIRED at business_address
then refused REQUIRED at uscc

each field                value                      code
     economic_type        999                        CODE_UNKNOWN
     first_supervised_on  2026-09-29                 DATE_BOUNDS
     first_supervised_on  1948-01-01                 DATE_BOUNDS
     unit_name            "坏\u0007字符"             CONTROL_CHARACTERS
     staff_total          1000001                    NUMBER_RANGE
     location             {"lng":"200","lat":"39","system":"CGCS2000"}  POINT_RANGE
     location             {"lng":"116","lat":"39","system":"BD09"}      POINT_SYSTEM
     no_such_field        1                          UNKNOWN_FIELD
do   create unit from hotel <field>=<value>
then refused <code> at <field>
end

do   list unit
then no rows
