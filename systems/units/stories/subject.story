# Domain page 1.3: a credit code is required unless the subject is a person or unlicensed; a person needs a document.
as   officer of chaoyang_authority
do   create unit from hotel uscc=null
then refused REQUIRED at uscc

do   create unit from barber region_code=110105 uscc=null
then refused REQUIRED at uscc

do   create unit from person
then uscc is empty
do   create unit from person person_id_type=null
then refused REQUIRED at person_id_type
do   create unit from person person_id_no=null business_address=另一处
then refused REQUIRED at person_id_no
do   create unit from person person_id_type=PASSPORT person_id_no=null business_address=另一处
then refused REQUIRED at person_other_no

do   create unit from person subject_type=UNLICENSED person_id_type=null person_id_no=null business_address=无证场所
then subject_type is UNLICENSED
then uscc is empty

# 92 is the prefix of individual businesses; a contradiction is shown, not refused.
do   check unit from hotel subject_type=INDIV_BIZ
then warned SUBJECT_TYPE at uscc
