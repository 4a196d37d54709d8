package random

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"

	"github.com/google/uuid"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// bytesKind is RandomBytes: both spellings of the value are secret, so the id is not derived from it.
var bytesKind = kind{
	secrets:  []resource.PropertyKey{"base64", "hex"},
	required: "length",
	generate: func(inputs resource.PropertyMap) (resource.ID, resource.PropertyMap, error) {
		value := make([]byte, number(inputs, "length", 1))
		if _, err := rand.Read(value); err != nil {
			return "", nil, err
		}
		return "none", bytesOutputs(inputs, value), nil
	},
	adopt: func(id string) (resource.PropertyMap, resource.PropertyMap, error) {
		value, err := base64.StdEncoding.DecodeString(id)
		if err != nil {
			return nil, nil, errors.New("the import id of RandomBytes is the value in base64")
		}
		inputs := resource.PropertyMap{"length": resource.NewProperty(float64(len(value)))}
		return inputs, bytesOutputs(inputs, value), nil
	},
}

func bytesOutputs(inputs resource.PropertyMap, value []byte) resource.PropertyMap {
	outputs := inputs.Copy()
	outputs["base64"] = resource.NewProperty(base64.StdEncoding.EncodeToString(value))
	outputs["hex"] = resource.NewProperty(hex.EncodeToString(value))
	return outputs
}

// uuidKind is RandomUuid, version 4.
var uuidKind = kind{
	generate: func(inputs resource.PropertyMap) (resource.ID, resource.PropertyMap, error) {
		value, err := uuid.NewRandom()
		if err != nil {
			return "", nil, err
		}
		outputs := inputs.Copy()
		outputs["result"] = resource.NewProperty(value.String())
		return resource.ID(value.String()), outputs, nil
	},
	adopt: func(id string) (resource.PropertyMap, resource.PropertyMap, error) {
		if _, err := uuid.Parse(id); err != nil {
			return nil, nil, errors.New("the import id of RandomUuid is the UUID")
		}
		return resource.PropertyMap{}, resource.PropertyMap{"result": resource.NewProperty(id)}, nil
	},
}
