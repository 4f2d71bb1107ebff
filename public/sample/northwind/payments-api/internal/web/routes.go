// Package web is the HTTP side of payments.
package web

import (
	"encoding/json"
	"net/http"

	"gitlab.com/northwind/payments-api/internal/ledger"
)

// Routes answers payments and health checks.
func Routes(l *ledger.Ledger) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("POST /orders/{order}/payments", func(w http.ResponseWriter, r *http.Request) {
		var body struct{ Cents int64 }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			http.Error(w, "not JSON", http.StatusBadRequest)
			return
		}
		sum, err := l.Pay(r.PathValue("order"), body.Cents)
		if err != nil {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		_ = json.NewEncoder(w).Encode(map[string]int64{"paid": sum})
	})
	return mux
}
