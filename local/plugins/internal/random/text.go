package random

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"golang.org/x/crypto/bcrypt"
)

const (
	lowers   = "abcdefghijklmnopqrstuvwxyz"
	uppers   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits   = "0123456789"
	specials = "!@#$%&*()-_=+[]{}<>:?"
)

// bcryptLimit is the longest input that bcrypt takes, in bytes.
const bcryptLimit = 72

// passwordKind is RandomPassword: the text is secret and comes with its bcrypt hash.
var passwordKind = kind{
	secrets:  []resource.PropertyKey{"result", "bcryptHash"},
	required: "length",
	generate: func(inputs resource.PropertyMap) (resource.ID, resource.PropertyMap, error) {
		text, err := drawText(inputs)
		if err != nil {
			return "", nil, err
		}
		outputs, err := passwordOutputs(inputs, text)
		return "none", outputs, err
	},
	adopt: func(id string) (resource.PropertyMap, resource.PropertyMap, error) {
		if id == "" {
			return nil, nil, errors.New("the import id of RandomPassword is the password")
		}
		inputs := resource.PropertyMap{"length": resource.NewProperty(float64(len([]rune(id))))}
		outputs, err := passwordOutputs(inputs, id)
		return inputs, outputs, err
	},
}

// stringKind is RandomString; its id is the text.
var stringKind = kind{
	required: "length",
	generate: func(inputs resource.PropertyMap) (resource.ID, resource.PropertyMap, error) {
		text, err := drawText(inputs)
		return resource.ID(text), textOutputs(inputs, text), err
	},
	adopt: func(id string) (resource.PropertyMap, resource.PropertyMap, error) {
		inputs := resource.PropertyMap{"length": resource.NewProperty(float64(len([]rune(id))))}
		return inputs, textOutputs(inputs, id), nil
	},
}

func passwordOutputs(inputs resource.PropertyMap, text string) (resource.PropertyMap, error) {
	hash, err := bcrypt.GenerateFromPassword([]byte(text)[:min(len(text), bcryptLimit)], bcrypt.DefaultCost)
	if err != nil {
		return nil, err
	}
	outputs := textOutputs(inputs, text)
	outputs["bcryptHash"] = resource.NewProperty(string(hash))
	return outputs, nil
}

// textOutputs adds the text and every default that was not given.
func textOutputs(inputs resource.PropertyMap, text string) resource.PropertyMap {
	outputs := resource.PropertyMap{"result": resource.NewProperty(text)}
	for _, key := range []resource.PropertyKey{"lower", "upper", "numeric", "number", "special"} {
		outputs[key] = resource.NewProperty(true)
	}
	for _, key := range []resource.PropertyKey{"minLower", "minUpper", "minNumeric", "minSpecial"} {
		outputs[key] = resource.NewProperty(0.0)
	}
	for key, value := range inputs {
		outputs[key] = value
	}
	return outputs
}

// class is one set of characters with the least number wanted of it.
type class struct {
	characters string
	minimum    int
}

// drawText draws the least of each class first, the rest from all classes, and shuffles.
func drawText(inputs resource.PropertyMap) (string, error) {
	special := specials
	if given := plain(inputs["overrideSpecial"]); given.IsString() && given.StringValue() != "" {
		special = given.StringValue()
	}
	numeric := allowed(inputs, "numeric") && allowed(inputs, "number")
	var classes []class
	all := ""
	add := func(use bool, characters string, minimum resource.PropertyKey) {
		if use {
			all += characters
			classes = append(classes, class{characters, number(inputs, minimum, 0)})
		}
	}
	add(allowed(inputs, "lower"), lowers, "minLower")
	add(allowed(inputs, "upper"), uppers, "minUpper")
	add(numeric, digits, "minNumeric")
	add(allowed(inputs, "special"), special, "minSpecial")
	if all == "" {
		return "", errors.New("at least one of lower, upper, numeric and special must be true")
	}

	length := number(inputs, "length", 1)
	var text []byte
	for _, c := range classes {
		drawn, err := draw(c.characters, c.minimum)
		if err != nil {
			return "", err
		}
		text = append(text, drawn...)
	}
	if len(text) > length {
		return "", fmt.Errorf("length is %d, but the minimums add up to %d", length, len(text))
	}
	rest, err := draw(all, length-len(text))
	if err != nil {
		return "", err
	}
	text = append(text, rest...)
	for i := len(text) - 1; i > 0; i-- {
		j, err := below(i + 1)
		if err != nil {
			return "", err
		}
		text[i], text[j] = text[j], text[i]
	}
	return string(text), nil
}

func allowed(inputs resource.PropertyMap, key resource.PropertyKey) bool {
	value := plain(inputs[key])
	return !value.IsBool() || value.BoolValue()
}

func draw(characters string, count int) ([]byte, error) {
	result := make([]byte, 0, count)
	for range count {
		index, err := below(len(characters))
		if err != nil {
			return nil, err
		}
		result = append(result, characters[index])
	}
	return result, nil
}

func below(limit int) (int, error) {
	value, err := rand.Int(rand.Reader, big.NewInt(int64(limit)))
	if err != nil {
		return 0, err
	}
	return int(value.Int64()), nil
}
