package main

import (
	"testing"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/utils"
)

// counted is a table with one rule in each chain, which counts what it is asked.
type counted struct {
	utils.IPTablesHandler
	isThere bool
	asked   int
}

func (table *counted) Exists(string, string, ...string) (bool, error) {
	table.asked++
	return table.isThere, nil
}

func (table *counted) List(string, string) ([]string, error) {
	table.asked++
	return []string{"-A INPUT"}, nil
}

func (table *counted) Append(string, string, ...string) error {
	table.isThere = true
	return nil
}

func (table *counted) Delete(string, string, ...string) error {
	table.isThere = false
	return nil
}

func TestARuleIsLookedAtOncePerPeriod(t *testing.T) {
	real := &counted{isThere: true}
	table := newRemembered(real, time.Hour)
	for range 3 {
		if found, _ := table.Exists("filter", "INPUT", "-j", "X"); !found {
			t.Fatal("the rule is there")
		}
		if rules, _ := table.List("filter", "INPUT"); len(rules) != 1 {
			t.Fatal("the chain has a rule")
		}
	}
	if real.asked != 2 {
		t.Fatalf("asked %d times", real.asked)
	}
	table.since = time.Now().Add(-time.Hour)
	if _, _ = table.Exists("filter", "INPUT", "-j", "X"); real.asked != 3 {
		t.Fatal("it was not asked again after the period")
	}
}

func TestARuleThatIsMissingIsLookedForEachTime(t *testing.T) {
	real := &counted{}
	table := newRemembered(real, time.Hour)
	for range 2 {
		_, _ = table.Exists("filter", "INPUT", "-j", "X")
	}
	if real.asked != 2 {
		t.Fatalf("asked %d times", real.asked)
	}
	if err := table.AppendUnique("filter", "INPUT", "-j", "X"); err != nil || !real.isThere {
		t.Fatal("it was not written")
	}
}

func TestWhatIsWrittenIsLookedAtAgain(t *testing.T) {
	real := &counted{isThere: true}
	table := newRemembered(real, time.Hour)
	_, _ = table.Exists("filter", "INPUT", "-j", "X")
	_ = table.Delete("filter", "INPUT", "-j", "X")
	if found, _ := table.Exists("filter", "INPUT", "-j", "X"); found {
		t.Fatal("the rule was taken away")
	}
}
