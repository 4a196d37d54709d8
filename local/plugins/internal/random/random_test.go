package random

import (
	"encoding/base64"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/plugin"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

const passwordType = "random:index/randomPassword:RandomPassword"

func created(t *testing.T, typ string, inputs resource.PropertyMap) resource.PropertyMap {
	t.Helper()
	response, err := (&Provider{}).Create(t.Context(), plugin.CreateRequest{Type: tokens.Type(typ), Properties: inputs})
	if err != nil {
		t.Fatal(err)
	}
	return response.Properties
}

func TestBytes(t *testing.T) {
	outputs := created(t, "random:index/randomBytes:RandomBytes", resource.PropertyMap{"length": resource.NewProperty(32.0)})
	if !outputs["base64"].IsSecret() || !outputs["hex"].IsSecret() {
		t.Fatal("the value is not secret")
	}
	value, err := base64.StdEncoding.DecodeString(plain(outputs["base64"]).StringValue())
	if err != nil || len(value) != 32 {
		t.Fatalf("%d bytes, %v", len(value), err)
	}
	if plain(outputs["hex"]).StringValue() != hex.EncodeToString(value) {
		t.Error("base64 and hex differ")
	}
}

func TestPasswordKeepsItsRules(t *testing.T) {
	inputs := resource.PropertyMap{
		"length": resource.NewProperty(10.0), "lower": resource.NewProperty(false), "upper": resource.NewProperty(false),
		"minNumeric": resource.NewProperty(4.0), "overrideSpecial": resource.NewProperty("_-"),
	}
	if password := created(t, passwordType, inputs); !password["result"].IsSecret() || !password["bcryptHash"].IsSecret() {
		t.Error("the password or its hash is not secret")
	}
	for range 100 {
		text, err := drawText(inputs)
		if err != nil {
			t.Fatal(err)
		}
		if len(text) != 10 || strings.Trim(text, digits+"_-") != "" {
			t.Fatalf("password %q", text)
		}
		if strings.Count(text, "_")+strings.Count(text, "-") > 6 {
			t.Fatalf("fewer than four digits in %q", text)
		}
	}
	inputs["minSpecial"] = resource.NewProperty(7.0)
	if _, err := drawText(inputs); err == nil {
		t.Error("minimums above the length were accepted")
	}
}

func TestKeepersReplace(t *testing.T) {
	inputs := func(round string) resource.PropertyMap {
		return resource.PropertyMap{"length": resource.NewProperty(8.0), "keepers": resource.NewProperty(
			resource.PropertyMap{"round": resource.NewProperty(round)})}
	}
	result, err := (&Provider{}).Diff(t.Context(), plugin.DiffRequest{
		Type: passwordType, OldInputs: inputs("1"), NewInputs: inputs("2"),
	})
	if err != nil || !result.DetailedDiff["keepers.round"].Kind.IsReplace() {
		t.Errorf("%v, %v", result.DetailedDiff, err)
	}
}

func TestOtherTypesAreRefusedByName(t *testing.T) {
	_, err := (&Provider{}).Check(t.Context(), plugin.CheckRequest{Type: "random:index/randomPet:RandomPet"})
	if err == nil || !strings.Contains(err.Error(), "random:index/randomPet:RandomPet: not supported by the local plugin") {
		t.Errorf("%v", err)
	}
}
