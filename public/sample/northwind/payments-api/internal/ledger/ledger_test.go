package ledger

import (
	"errors"
	"testing"
)

func TestPay(t *testing.T) {
	l := New()
	if _, err := l.Pay("a", 300); err != nil {
		t.Fatal(err)
	}
	sum, err := l.Pay("a", 200)
	if err != nil || sum != 500 {
		t.Fatalf("got %d, %v", sum, err)
	}
	if _, err := l.Pay("a", 0); !errors.Is(err, ErrAmount) {
		t.Fatalf("got %v", err)
	}
}
