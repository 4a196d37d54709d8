package main

import (
	"strings"
	"sync"
	"time"

	"github.com/cloudnativelabs/kube-router/v2/pkg/utils"
)

// remembered is a table whose own first rules are looked at once per period. Upstream (2.1.0) starts some twenty
// iptables before each of its turns, and has a turn whenever a pod or a policy changes: it asks each time whether the
// rules that it never takes away are still there. What it writes by itself makes it look again.
type remembered struct {
	utils.IPTablesHandler
	period time.Duration

	lock  sync.Mutex
	since time.Time
	found map[string]bool
	lists map[string][]string
}

func newRemembered(table utils.IPTablesHandler, period time.Duration) *remembered {
	return &remembered{IPTablesHandler: table, period: period}
}

// fresh forgets what is older than the period. The lock is held.
func (table *remembered) fresh() {
	if table.found == nil || time.Since(table.since) >= table.period {
		table.forget()
	}
}

func (table *remembered) forget() {
	table.since, table.found, table.lists = time.Now(), map[string]bool{}, map[string][]string{}
}

func (table *remembered) yes(key string, ask func() (bool, error)) (bool, error) {
	table.lock.Lock()
	defer table.lock.Unlock()
	table.fresh()
	if table.found[key] {
		return true, nil
	}
	found, err := ask()
	if err == nil && found {
		table.found[key] = true
	}
	return found, err
}

func (table *remembered) written(write func() error) error {
	table.lock.Lock()
	defer table.lock.Unlock()
	table.forget()
	return write()
}

func (table *remembered) Exists(name, chain string, rule ...string) (bool, error) {
	return table.yes("rule "+name+" "+chain+" "+strings.Join(rule, " "), func() (bool, error) {
		return table.IPTablesHandler.Exists(name, chain, rule...)
	})
}

func (table *remembered) ChainExists(name, chain string) (bool, error) {
	return table.yes("chain "+name+" "+chain, func() (bool, error) {
		return table.IPTablesHandler.ChainExists(name, chain)
	})
}

func (table *remembered) List(name, chain string) ([]string, error) {
	table.lock.Lock()
	defer table.lock.Unlock()
	table.fresh()
	key := name + " " + chain
	if rules, known := table.lists[key]; known {
		return rules, nil
	}
	rules, err := table.IPTablesHandler.List(name, chain)
	if err == nil {
		table.lists[key] = rules
	}
	return rules, err
}

func (table *remembered) AppendUnique(name, chain string, rule ...string) error {
	if exists, err := table.Exists(name, chain, rule...); err != nil || exists {
		return err
	}
	return table.written(func() error { return table.IPTablesHandler.Append(name, chain, rule...) })
}

func (table *remembered) Insert(name, chain string, position int, rule ...string) error {
	return table.written(func() error { return table.IPTablesHandler.Insert(name, chain, position, rule...) })
}

func (table *remembered) Delete(name, chain string, rule ...string) error {
	return table.written(func() error { return table.IPTablesHandler.Delete(name, chain, rule...) })
}

func (table *remembered) NewChain(name, chain string) error {
	return table.written(func() error { return table.IPTablesHandler.NewChain(name, chain) })
}

func (table *remembered) ClearChain(name, chain string) error {
	return table.written(func() error { return table.IPTablesHandler.ClearChain(name, chain) })
}

func (table *remembered) DeleteChain(name, chain string) error {
	return table.written(func() error { return table.IPTablesHandler.DeleteChain(name, chain) })
}
