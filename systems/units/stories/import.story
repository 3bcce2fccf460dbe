# Domain page 0.6 and the import wizard: good rows come in, a wrong one is named, a second run changes nothing.
as   clerk of chaoyang_authority
do   import unit @registry.csv mode=good_rows
then imported 2 created 1 rejected
do   list unit
then 2 rows
do   list unit where uscc=12110000400600018A
then 1 row
then row 1 unit_name is 北京示例医院
do   import unit @registry.csv mode=good_rows
then imported 0 created 0 updated 2 unchanged 1 rejected
do   list unit
then 2 rows
