package main

import (
	"log/slog"
	"net/http"
	"os"

	"gitlab.com/northwind/payments-api/internal/ledger"
	"gitlab.com/northwind/payments-api/internal/web"
)

func main() {
	address := os.Getenv("LISTEN")
	if address == "" {
		address = ":8080"
	}
	slog.Info("listening", "address", address)
	if err := http.ListenAndServe(address, web.Routes(ledger.New())); err != nil {
		slog.Error("stopped", "error", err)
		os.Exit(1)
	}
}
