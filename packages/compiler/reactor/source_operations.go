package main

import (
	"scopeward.dev/compiler/reactor/build"
	"scopeward.dev/compiler/reactor/check"
	"scopeward.dev/compiler/reactor/evaluate"
	"scopeward.dev/compiler/reactor/format"
	"scopeward.dev/compiler/reactor/inspect"
	"scopeward.dev/compiler/reactor/problem"
	"scopeward.dev/compiler/reactor/query"
	"scopeward.dev/compiler/reactor/request"
	"scopeward.dev/compiler/reactor/sources"
	"scopeward.dev/compiler/reactor/suite"
)

type checkResult struct {
	Problems  []problem.Problem `json:"problems"`
	Catalogue any               `json:"catalogue,omitempty"`
}

func checkOperation(r *request.Request) (any, error) {
	return onSources(r, func(s *sources.Sources) (*checkResult, error) {
		checked, err := check.Strict(s)
		if err != nil {
			return nil, err
		}
		result := &checkResult{Problems: checked.Problems()}
		if !check.Refused(result.Problems) {
			result.Catalogue = checked.CatalogueData()
		}
		return result, nil
	})
}

func buildOperation(r *request.Request) (any, error) { return onSources(r, build.Run) }

func inspectOperation(r *request.Request) (any, error) { return onSources(r, inspect.Run) }

func evaluateOperation(r *request.Request) (any, error) { return onSources(r, evaluate.Run) }

func testOperation(r *request.Request) (any, error) { return onSources(r, suite.Run) }

func compileQueryOperation(r *request.Request) (any, error) { return query.Compile(r) }

func formatOperation(r *request.Request) (any, error) { return format.Run(r) }

func onSources[T any](r *request.Request, run func(*sources.Sources) (T, error)) (any, error) {
	s, err := sources.Read(r)
	if err != nil {
		return nil, err
	}
	return run(s)
}
