package rules

import "testing"

func TestAFeatureLiesWhereItsNameSays(t *testing.T) {
	run(t, []example{
		{files{"features/x.rego": "package features.x\n"}, ""},
		{files{"features/x/rules.rego": "package features.x\n", "features/x/more/rules.rego": "package features.x\n"}, ""},
		{files{"x.rego": "package features.x\n"}, "x.rego:1:1 package_folder"},
		{files{"features/y.rego": "# a\n\npackage features.x\n"}, "features/y.rego:3:1 package_folder"},
		{files{"policies/features/x.rego": "package features.x\n"}, "policies/features/x.rego:1:1 package_folder"},
		{files{"features/xy.rego": "package features.x\n"}, "features/xy.rego:1:1 package_folder"},
		{files{"features/x.rego": "package x\n"}, "1:1 package_folder"},
		{files{"features/x/limits.rego": "package lib.limits\n"}, "features/x/limits.rego:1:1 package_folder"},
		{files{"features/x_test.rego": "package x_test\n", "lib/any.rego": "package elsewhere\n"}, ""},
	})
}

func TestNothingLiesBesideOrBelowAFeature(t *testing.T) {
	run(t, []example{
		{files{"features/features.rego": "package features\nall(x) := x\n"}, "features/features.rego:1:1 package_outside"},
		{files{"features/x/a.rego": "package features.x.a\n"}, "features/x/a.rego:1:1 package_outside"},
		{files{"features/x/a.rego": "package features.x_test.a\n"}, "features/x/a.rego:1:1 package_outside"},
		{files{"features/X.rego": "package features.X\n"}, "features/X.rego:1:1 feature_name"},
		{files{"features/a-b.rego": "package features[\"a-b\"]\n"}, "features/a-b.rego:1:1 feature_name"},
		{files{"features/load_test.rego": "package features.load_test\nscopes[\"a\"] := {}\n"}, "features/load_test.rego:1:1 feature_name"},
		{files{"a.rego": "package scopeward\n"}, "a.rego:1:1 package_reserved"},
		{files{"a.rego": "package scopeward.dispatch.x\n"}, "a.rego:1:1 package_reserved"},
		{files{"scopeward/decision.rego": "package lib\n"}, "scopeward/decision.rego:1:1 package_reserved"},
		{files{"a.rego": "package scopeward_lib\n"}, ""},
	})
}

func TestTestsOfNothingAreAWarning(t *testing.T) {
	orphan := files{"features/x_test.rego": "package features.x_test\ntest_a if true\n"}
	found := problems(t, orphan)
	if told(found) != "features/x_test.rego:1:1 test_orphan" || found[0].Severity != "warning" {
		t.Errorf("%v", found)
	}
	in := input(t, orphan)
	in.Sources["features/x.rego"] = "package"
	if found := Check(in); len(found) > 0 {
		t.Errorf("the feature does not parse, and still: %v", found)
	}
}

func TestDataStaysOutOfReservedRoots(t *testing.T) {
	run(t, []example{
		{files{"features/x/data.json": "{}"}, "features/x/data.json:1:1 data_reserved"},
		{files{"features/data.yaml": "a: 1"}, "features/data.yaml:1:1 data_reserved"},
		{files{"scopeward/data.json": "{}"}, "scopeward/data.json:1:1 data_reserved"},
		{files{"data.json": "{\n  \"a\": {\"features\": 1},\n  \"features\": {}\n}"}, "data.json:3:3 data_reserved"},
		{files{"data.yml": "a: 1\nscopeward:\n  catalogue: {}\n"}, "data.yml:2:1 data_reserved"},
		{files{"data.json": "{\"feature\": 1}", "featured/data.json": "{\"features\": 1}"}, ""},
	})
}

func TestATestHasItsNameAlone(t *testing.T) {
	two := func(text string) files {
		return files{"features/x.rego": "package features.x\n", "features/x_test.rego": "package features.x_test\n" + text}
	}
	run(t, []example{
		{two("test_a if true\ntest_b if true\n"), ""},
		{two("test_a if true\n\ntest_a if input.a\n"), "features/x_test.rego:4:1 test_duplicate"},
		{two("test_a[name] if some name in [\"b\"]\ntest_a[name] if some name in [\"c\"]\n"), "features/x_test.rego:3:1 test_duplicate"},
		{two("test_a.b if true\ntest_a.c if true\n"), "features/x_test.rego:3:1 test_duplicate"},
		{two("todo_test_a if true\ntodo_test_a if true\n"), "features/x_test.rego:3:1 test_duplicate"},
		{two("test_a if true\ntodo_test_a if true\n_helper := 1\n_helper := 2 if input.a\n"), ""},
		{files{"features/x.rego": "package features.x\n", "features/x/a_test.rego": "package features.x_test\ntest_a if true\n",
			"features/x/b_test.rego": "package features.x_test\ntest_a if true\n"}, "features/x/b_test.rego:2:1 test_duplicate"},
		{files{"a_test.rego": "package a_test\ntest_a if true\ntest_a if input.b\n"}, ""},
	})
}
