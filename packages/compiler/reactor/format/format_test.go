package format

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"

	"scopeward.dev/compiler/reactor/request"
)

func TestRunFormatsEachFileByItself(t *testing.T) {
	result, err := Run(&request.Request{Files: map[string]string{
		"good.rego": "package good\nallow   :=   1\n", "bad.rego": "package bad\nallow := {\n", "data.json": "{}"}})
	if err != nil {
		t.Fatal(err)
	}
	if text := result.Formatted["good.rego"]; len(result.Formatted) != 1 || text != "package good\n\nallow := 1\n" {
		t.Errorf("formatted %q", result.Formatted)
	}
	if len(result.Problems) == 0 || result.Problems[0].Code != ast.ParseErr || result.Problems[0].File != "bad.rego" {
		t.Errorf("problems %v", result.Problems)
	}
}

func TestRunGivesNoTextThatDoesNotParse(t *testing.T) {
	const chained = "package p\n\nviolation[{\"msg\": msg}] {\n  input.a\n  msg := \"x\"\n} {\n  # why\n  input.b\n  msg := \"y\"\n}\n"
	result, err := Run(&request.Request{V0Compatible: true, Files: map[string]string{"p.rego": chained}})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Formatted) != 0 {
		t.Errorf("formatted %q", result.Formatted)
	}
	if len(result.Problems) != 1 || result.Problems[0].Code != ast.FormatErr || result.Problems[0].File != "p.rego" {
		t.Errorf("problems %v", result.Problems)
	}
}
