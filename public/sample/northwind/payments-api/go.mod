module gitlab.com/northwind/payments-api

go 1.24
