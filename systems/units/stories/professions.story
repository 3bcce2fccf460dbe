# Domain page 1.3: one unit has several professions, each with its own permit and details.
as   officer of chaoyang_authority
do   create unit from hospital as $hospital
then professions[1].profession is MEDI
then professions[1].subjects is ["03","04","10"]
then professions[2].device_count is 12

# The same profession and category twice is a slip.
do   update $hospital professions=[{"profession":"RADI","category_code":"RADI01"},{"profession":"RADI","category_code":"RADI01"}]
then refused ROW_UNIQUE
do   update $hospital professions=[{"profession":"OPTI"}]
then refused CODE_UNKNOWN at professions[1].profession
do   update $hospital professions=[{"category_code":"RADI01"}]
then refused REQUIRED at professions[1].profession
do   update $hospital professions=[{"profession":"MEDI","category_code":"MEDI01","med_reg_no":"123"}]
then refused PATTERN at professions[1].med_reg_no

do   update $hospital professions=[{"profession":"MEDI","category_code":"MEDI01","beds":810}]
then professions[1].beds is 810
then professions[2] is empty

# A hotel is no drinking-water category.
do   update $hospital professions=[{"profession":"WATR","category_code":"LODG01"}]
then refused CATEGORY_PROFESSION at professions[1].category_code

do   check unit from hotel professions=[]
then warned PROFESSION_MISSING at professions
