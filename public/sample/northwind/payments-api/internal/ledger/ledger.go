// Package ledger keeps what was paid for which order.
package ledger

import (
	"errors"
	"sync"
)

// ErrAmount says that an amount is not above zero.
var ErrAmount = errors.New("amount must be above zero")

// Ledger is safe for use by several goroutines.
type Ledger struct {
	mu   sync.Mutex
	paid map[string]int64
}

// New returns an empty ledger.
func New() *Ledger { return &Ledger{paid: map[string]int64{}} }

// Pay books cents on an order and returns the sum so far.
func (l *Ledger) Pay(order string, cents int64) (int64, error) {
	if cents <= 0 {
		return 0, ErrAmount
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.paid[order] += cents
	return l.paid[order], nil
}
