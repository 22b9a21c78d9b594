export const CUSTOMERS_CSV = `customer_id,entity_type,name,given_name,surname,aliases,date_of_birth,street,city,postal_code,country,nationality,national_id,phone,email,industry,onboarded
C-1,INDIVIDUAL,Anna Beispiel,Anna,Beispiel,Anne;А. Пример,1980-02-29,Weg 1,Ort,12345,DE,DE,DE 12-3,+49 (0)30 534-9076,Anna@Mail.example,EMPLOYEE,2015-12-14
C-2,BUSINESS,Beispiel GmbH,,,,1990-02-03,"Weg, 1",Ort,12345,DE,DE,,0049305349076,,RETAIL,
`;
export const ACCOUNTS_CSV = `account_id,customer_id,opened,kind,opening_balance,declared_monthly_income
A-1,C-1,2016-08-26,CURRENT,8777341,3480000
A-2,C-2,,BUSINESS_CURRENT,-1,
`;
export const TRANSFERS_CSV = `tx_id,booked_at,amount_minor,currency,from_account,from_agency,to_account,to_agency,channel,reference
t1,2023-01-01,84000,EUR,A-1,one,A-2,one,BRANCH,rent
t2,2023-01-02,46500,EUR,A-1,one,445875107326437146,two,MOBILE,thanks
t3,2023-01-03,26634,EUR,X-9,two,A-2,one,ONLINE,
t4,2023-01-03T10:00:00+01:00,1,EUR,X-9,two,A-2,one,ONLINE,
`;
export const CASH_CSV = `booked_at,account_id,direction,kind,amount_minor,currency
2023-01-01,A-1,out,WITHDRAWAL,20000,EUR
2023-01-01,A-1,out,WITHDRAWAL,20000,EUR
2023-01-02,A-1,out,WITHDRAWAL,20000,EUR
`;
