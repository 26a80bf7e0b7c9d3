//! Compile-cost budget: what a field, an option and an action cost in generated lines and functions.
//!
//! A feature that costs more has to change a number here, and so pays openly. The instructions that
//! generating takes have their budget in `.ci/instructions`; `benches/codegen` compares them, and the
//! time of `cargo check`, with those of peers.

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
        let code = Config::new().generate(yaml).expect("the schema holds").code;
        let functions = code.lines().map(str::trim_start);
        let functions = functions.filter(|it| it.starts_with("fn ") || it.contains("pub fn "));
        Self { lines: code.lines().count(), functions: functions.count() }
    }

    /// What ten more of something cost, since the first may add a line that others share.
    fn of_ten(more: impl Fn(usize) -> (&'static str, String)) -> Self {
        let (before, _) = more(0);
        let added: String = (0..10).map(|index| more(index).1).collect();
        let with = SCHEMA.replacen(before, &format!("{added}{before}"), 1);
        assert_ne!(with, SCHEMA, "{before} is not in the schema");
        let (cost, base) = (Self::of(&with), Self::of(SCHEMA));
        Self { lines: cost.lines - base.lines, functions: cost.functions - base.functions }
    }

    /// Fails when it grew by a tenth, and asks for the new number when it shrank by one.
    #[track_caller]
    fn is_about(self, what: &str, budget: Self) {
        for (unit, is, most) in
            [("lines", self.lines, budget.lines), ("functions", self.functions, budget.functions)]
        {
            let range = (most * 9).div_ceil(10)..=most * 11 / 10;
            assert!(range.contains(&is), "{what}: {is} {unit}, and the budget is {most}");
        }
    }
}

#[test]
fn a_field_an_option_and_an_action_cost_what_they_did() {
    let field = |it| ("customActions", format!("  - {{ apiName: field_{it}, type: TEXT }}\n"));
    Cost::of_ten(field).is_about("ten fields", Cost { lines: 40, functions: 0 });
    let option = |it| ("Website", format!("Option {it}, "));
    Cost::of_ten(option).is_about("ten options", Cost { lines: 23, functions: 0 });
    let action = |it| {
        let action = "displayName: Visit, fieldSchema: { note: { type: TEXT } }";
        ("  - code: ACTION_1\n", format!("  - {{ code: ACTION_1{it}, {action} }}\n"))
    };
    Cost::of_ten(action).is_about("ten actions", Cost { lines: 241, functions: 0 });
}

#[test]
fn the_demo_workspace_costs_what_it_did() {
    let demo = Cost::of(include_str!("../../schema/workspace.yaml"));
    demo.is_about("the demo workspace", Cost { lines: 577, functions: 2 });
}
