package kubernetes

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/client-go/util/jsonpath"
)

// conditionState is one entry of status.conditions.
type conditionState struct{ status, reason, message string }

func (c conditionState) text() string {
	if c.reason == "" && c.message == "" {
		return "no reason given yet"
	}
	return strings.Trim("["+c.reason+"] "+c.message, " ")
}

func condition(object *unstructured.Unstructured, kind string) conditionState {
	conditions, _, _ := unstructured.NestedSlice(object.Object, "status", "conditions")
	for _, item := range conditions {
		entry, ok := item.(map[string]any)
		if !ok || entry["type"] != kind {
			continue
		}
		status, _ := entry["status"].(string)
		reason, _ := entry["reason"].(string)
		message, _ := entry["message"].(string)
		return conditionState{status, reason, message}
	}
	return conditionState{}
}

// waitConditions are the parts of a waitFor annotation; all must hold.
type waitConditions []waitCondition

type waitCondition struct {
	text  string
	holds func(*unstructured.Unstructured) bool
}

// parseWaitFor reads "jsonpath={.a.b}=value", "condition=Type[=Status]", or a JSON list of these.
func parseWaitFor(text string) (waitConditions, error) {
	parts := []string{text}
	if strings.HasPrefix(strings.TrimSpace(text), "[") {
		if err := json.Unmarshal([]byte(text), &parts); err != nil {
			return nil, fmt.Errorf("annotation %s is no JSON list of texts: %w", waitFor, err)
		}
	}
	var result waitConditions
	for _, part := range parts {
		kind, rest, _ := strings.Cut(part, "=")
		var holds func(*unstructured.Unstructured) bool
		var err error
		switch kind {
		case "condition":
			holds = holdsCondition(rest)
		case "jsonpath":
			holds, err = holdsPath(rest)
		default:
			err = fmt.Errorf("expected jsonpath={.path}=value or condition=Type")
		}
		if err != nil {
			return nil, fmt.Errorf("annotation %s, %q: %w", waitFor, part, err)
		}
		result = append(result, waitCondition{part, holds})
	}
	return result, nil
}

// decide looks at a status only when it is about this version of the object, as the official provider does.
// Source: provider/pkg/await/condition/jsonpath.go and kubectl.go, 4.34.
func (w waitConditions) decide(object *unstructured.Unstructured) verdict {
	if _, found, _ := unstructured.NestedInt64(object.Object, "status", "observedGeneration"); found && !observed(object) {
		return verdict{waiting: "waiting for the controller to see this version"}
	}
	for _, wanted := range w {
		if !wanted.holds(object) {
			return verdict{waiting: "waiting for " + wanted.text}
		}
	}
	return verdict{ready: true}
}

func holdsCondition(wanted string) func(*unstructured.Unstructured) bool {
	kind, status, given := strings.Cut(wanted, "=")
	if !given {
		status = "True"
	}
	return func(object *unstructured.Unstructured) bool {
		return strings.EqualFold(condition(object, kind).status, status)
	}
}

func holdsPath(wanted string) (func(*unstructured.Unstructured) bool, error) {
	end := strings.LastIndex(wanted, "}")
	if end < 0 {
		return nil, fmt.Errorf("the path must stand in braces")
	}
	value, compared := strings.CutPrefix(wanted[end+1:], "=")
	parser := jsonpath.New("waitFor")
	if err := parser.Parse(wanted[:end+1]); err != nil {
		return nil, err
	}
	return func(object *unstructured.Unstructured) bool {
		var found bytes.Buffer
		if err := parser.Execute(&found, object.Object); err != nil {
			return false
		}
		return found.Len() > 0 && (!compared || found.String() == value)
	}, nil
}
