//! Compile-cost budget: generated lines and functions for a field, an option and an action.
//!
//! A feature with a higher cost has to change a number here, so reviewers see the cost. The budget for
//! the instructions of the generator is in `.ci/instructions`. `benches/codegen` compares the instructions
//! and the time of `cargo check` with other generators.

use telecrm_codegen::Config;

const SCHEMA: &str = "\
customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: source, type: DROPDOWN, options: [Website, Referral] }
customActions:
  - code: ACTION_1
    displayName: Visit
    fieldSchema: { note: { type: TEXT } }
";

/// Generated lines and functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cost {
    lines: usize,
    functions: usize,
}

impl Cost {
    fn of(yaml: &str) -> Self {
        let code = Config::new().generate(yaml).expect("the schema is valid").code;
        let functions = code.lines().map(str::trim_start);
        let functions =
            functions.filter(|line| line.starts_with("fn ") || line.contains("pub fn "));
        Self { lines: code.lines().count(), functions: functions.count() }
    }

    /// The cost of ten further items.
    ///
    /// The first item of a kind may add lines that the others share.
    fn of_ten(more: impl Fn(usize) -> (&'static str, String)) -> Self {
        let (before, _) = more(0);
        let added: String = (0..10).map(|index| more(index).1).collect();
        let with = SCHEMA.replacen(before, &format!("{added}{before}"), 1);
        assert_ne!(with, SCHEMA, "{before} is not in the schema");
        let (cost, base) = (Self::of(&with), Self::of(SCHEMA));
        Self { lines: cost.lines - base.lines, functions: cost.functions - base.functions }
    }

    /// Fails if a number differs from its budget by more than a tenth.
    #[track_caller]
    fn is_about(self, name: &str, budget: Self) {
        for (unit, actual, budget) in
            [("lines", self.lines, budget.lines), ("functions", self.functions, budget.functions)]
        {
            let range = (budget * 9).div_ceil(10)..=budget * 11 / 10;
            assert!(range.contains(&actual), "{name}: {actual} {unit}, and the budget is {budget}");
        }
    }
}

#[test]
fn field_option_and_action_are_within_their_budget() {
    let field =
        |index| ("customActions", format!("  - {{ apiName: field_{index}, type: TEXT }}\n"));
    Cost::of_ten(field).is_about("ten fields", Cost { lines: 53, functions: 0 });
    let option = |index| ("Website", format!("Option {index}, "));
    Cost::of_ten(option).is_about("ten options", Cost { lines: 23, functions: 0 });
    let action = |index| {
        let action = "displayName: Visit, fieldSchema: { note: { type: TEXT } }";
        ("  - code: ACTION_1\n", format!("  - {{ code: ACTION_1{index}, {action} }}\n"))
    };
    Cost::of_ten(action).is_about("ten actions", Cost { lines: 539, functions: 40 });
}

#[test]
fn demo_workspace_is_within_its_budget() {
    let demo = Cost::of(include_str!("../../schema/workspace.yaml"));
    demo.is_about("the demo workspace", Cost { lines: 782, functions: 25 });
}
