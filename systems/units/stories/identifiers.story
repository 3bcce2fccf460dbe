# Domain page 0.4: wrong identifiers are refused with the reason, right ones are taken as they are.
as   officer of chaoyang_authority
each uscc                code
     91110105MA01ABCD27  CREDIT_CODE_CHECK
     91110105MA01ABCD2   CREDIT_CODE_LENGTH
     91110105MA01ABCI26  CREDIT_CODE_CHARACTERS
do   create unit from hotel uscc=<uscc>
then refused <code> at uscc
end

each number              code
     110105199001010011  ID_CARD_CHECK
     110105199002300017  ID_CARD_BIRTH
     1101051990010100    ID_CARD_LENGTH
do   create unit from person person_id_no=<number>
then refused <code> at person_id_no
end

do   create unit from hotel principal_phone=12345
then refused PHONE_FORMAT at principal_phone
do   create unit from hotel region_code=999999
then refused REGION_UNKNOWN at region_code

# Full-width digits and lower-case letters are what people paste; they mean the same code.
do   create unit from hotel uscc=９１１１０１０５ma01abcd26
then uscc is 91110105MA01ABCD26
