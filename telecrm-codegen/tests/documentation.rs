//! Documentation of generated code. `compiled.rs` compiles the example of random workspaces.

use telecrm_codegen::Config;

const SCHEMA: &str = include_str!("../../schema/workspace.yaml");

/// The documentation above the first line that starts with `item`.
fn documentation(yaml: &str, item: &str) -> Vec<String> {
    let code = Config::new().generate(yaml).expect("the schema is valid").code;
    let lines: Vec<&str> = code.lines().map(str::trim_start).collect();
    let at = lines.iter().position(|line| line.starts_with(item)).expect("the item is generated");
    let above = lines[..at].iter().rev().skip_while(|line| !line.starts_with("///"));
    let mut found: Vec<String> = above
        .take_while(|line| line.starts_with("///"))
        .map(|line| line.trim_start_matches("///").trim_start().to_owned())
        .collect();
    found.reverse();
    found
}

#[test]
fn point_9_documentation_of_lead_starts_with_an_example_of_ten_lines() {
    let lines = documentation(SCHEMA, "pub struct Lead {");
    assert_eq!(lines[..3], ["A lead of Sunrise Coaching Institute.", "", "```text"]);
    let example: Vec<&String> = lines[3..].iter().take_while(|line| *line != "```").collect();
    assert_eq!(example.len(), 10, "{example:?}");
    assert!(example[0].starts_with("let lead = crm::Lead::new("), "{example:?}");
    assert_eq!(example[8], ".action(crm::actions::SiteVisit::new());");
    assert_eq!(example[9], "client.send(&lead).await?;");
}

#[test]
fn point_9_documentation_of_a_dropdown_contains_its_first_labels() {
    let [docs] = &documentation(SCHEMA, "pub course:")[..] else { panic!("one line") };
    let labels = "`JEE Main`, `JEE Advanced`, `NEET`, `Class 10+`, `R & D`, … (7 in all)";
    assert!(docs.contains(labels), "{docs}");
}

#[test]
fn point_9_documentation_of_a_field_contains_its_display_name() {
    let yaml = "customFields:\n  - { apiName: phone, type: PHONE, isLeadid: true }\n  \
                - { apiName: remark_2, type: TEXT, displayName: Your question }\n";
    let [docs] = &documentation(yaml, "pub remark_2:")[..] else { panic!("one line") };
    assert!(docs.ends_with("telecrm shows it as `Your question`."), "{docs}");
    let [docs] = &documentation(yaml, "remark_2: impl")[..] else { panic!("one line") };
    assert!(docs.ends_with("telecrm shows it as `Your question`."), "{docs}");
}
