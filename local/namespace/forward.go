package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"time"

	"github.com/vishvananda/netns"
	"golang.org/x/sys/unix"
)

// Threads that dial inside; more than one so that a slow connection does not hold up the others.
const dialers = 8

// A service may choose a pod whose node is lost: the next attempt may be another one.
const (
	dialTimeout  = time.Second
	dialAttempts = 5
)

type forwarding struct {
	listener net.Listener
	inside   string
}

type dialRequest struct {
	address string
	answer  chan dialAnswer
}

type dialAnswer struct {
	connection net.Conn
	err        error
}

// listen opens the host side of every forward, before anything is started.
func listen(forwards []pair) ([]forwarding, error) {
	var all []forwarding
	for _, forward := range forwards {
		listener, err := net.Listen("tcp", forward.left)
		if errors.Is(err, unix.EADDRINUSE) {
			return nil, fmt.Errorf("port %s is used by another program", forward.left)
		}
		if err != nil {
			return nil, fmt.Errorf("cannot listen on %s: %w", forward.left, err)
		}
		all = append(all, forwarding{listener, forward.right})
	}
	return all, nil
}

// forward accepts on every listener and joins each connection to one dialled in the network namespace of pid.
func forward(listeners []forwarding, pid int) error {
	namespace, err := netns.GetFromPid(pid)
	if err != nil {
		return fmt.Errorf("cannot open the network namespace: %w", err)
	}
	requests := make(chan dialRequest)
	for range dialers {
		go dialInside(namespace, requests)
	}
	for _, forwarding := range listeners {
		go accept(forwarding, requests)
	}
	return nil
}

// dialInside serves dial requests on a thread that has moved into the namespace for good.
func dialInside(namespace netns.NsHandle, requests <-chan dialRequest) {
	runtime.LockOSThread()
	entered := netns.Set(namespace)
	for request := range requests {
		if entered != nil {
			request.answer <- dialAnswer{err: entered}
			continue
		}
		connection, err := dial(request.address)
		request.answer <- dialAnswer{connection, err}
	}
}

// dial tries again when nothing answers; a refusal is an answer.
func dial(address string) (connection net.Conn, err error) {
	for range dialAttempts {
		connection, err = net.DialTimeout("tcp", address, dialTimeout)
		var failure net.Error
		if !errors.As(err, &failure) || !failure.Timeout() {
			break
		}
	}
	return connection, err
}

func accept(forwarding forwarding, requests chan<- dialRequest) {
	for {
		outer, err := forwarding.listener.Accept()
		if err != nil {
			// Out of descriptors, most likely: leave the others time to end.
			time.Sleep(100 * time.Millisecond)
			continue
		}
		go func() {
			answer := make(chan dialAnswer)
			requests <- dialRequest{forwarding.inside, answer}
			inner := <-answer
			if inner.err != nil {
				outer.Close()
				return
			}
			join(outer, inner.connection)
		}()
	}
}

// join copies both ways and passes on each side's end of stream by itself.
func join(a, b net.Conn) {
	var group sync.WaitGroup
	group.Add(2)
	oneWay := func(to, from net.Conn) {
		defer group.Done()
		_, _ = io.Copy(to, from)
		if half, ok := to.(*net.TCPConn); ok {
			_ = half.CloseWrite()
		}
	}
	go oneWay(a, b)
	go oneWay(b, a)
	group.Wait()
	a.Close()
	b.Close()
}
