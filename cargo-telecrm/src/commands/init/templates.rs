//! Templates of the files that `init` creates.

/// The call in a build script.
pub(super) const COMPILE: &str = "telecrm_codegen::compile(\"schema/workspace.yaml\")";

pub(super) const BUILD_SCRIPT: &str = "\
//! Generates the types of the telecrm workspace.

fn main() -> Result<(), telecrm_codegen::Error> {
    telecrm_codegen::compile(\"schema/workspace.yaml\")
}
";

/// Whether a build script generates code already.
pub(super) fn is_set_up(build_script: &str) -> bool {
    ["telecrm_codegen::compile(", "telecrm_codegen::Config", "use telecrm_codegen::"]
        .iter()
        .any(|call| build_script.contains(call))
}

/// Whether a file declares the module.
pub(super) fn declares_module(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim();
        line == "mod crm;" || (line.starts_with("pub") && line.ends_with(" mod crm;"))
    })
}

pub(super) const MODULE: &str = "\
//! Types of the telecrm workspace, generated from `schema/workspace.yaml` by the build script.

telecrm_runtime::include_workspace!();
";

pub(super) const SCHEMA: &str = "\
# yaml-language-server: $schema=workspace.schema.json
# Schema of a telecrm workspace: its fields and actions, under their names in telecrm's API.
#
# This is a template. The following commands replace it with your workspace and keep its comments:
#
#   export TELECRM_ENTERPRISE_ID=…
#   export TELECRM_SYNC_TOKEN=…
#   cargo telecrm pull
customFields:
  # telecrm identifies a lead by this field.
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: name, type: TEXT }
  - { apiName: email, type: EMAIL }
  # A label that is not in the list does not compile.
  - { apiName: contact_source, type: DROPDOWN, options: [Website, Referral] }

customActions:
  # A code needs the prefix `ACTION_`.
  - code: ACTION_1001
    displayName: Site Visit
    fieldSchema:
      note: { type: TEXT }
";

/// The type of the identifier field.
#[derive(Clone, Copy, Debug)]
pub(super) enum Identifier {
    Phone,
    Email,
    Text,
    BoundedText { min: u32, max: u32 },
}

/// An example that builds a lead and prints its request body.
pub(super) fn first_lead(identifier: &Identifier) -> String {
    let value = match *identifier {
        Identifier::Phone => "telecrm_runtime::phone!(\"919999999999\")".to_owned(),
        Identifier::Email => "telecrm_runtime::email!(\"jane.doe@example.com\")".to_owned(),
        Identifier::Text => {
            "telecrm_runtime::literal!(telecrm_runtime::NonBlankText, \"first-lead\")".to_owned()
        }
        Identifier::BoundedText { min, max } => {
            let length = usize::try_from(min.max(1)).unwrap_or(1);
            format!(
                "telecrm_runtime::literal!(telecrm_runtime::BoundedText<{min}, {max}>, \"{}\")",
                "a".repeat(length)
            )
        }
    };
    format!(
        "\
//! A first lead: `cargo run --example first_lead` prints its request body.
//!
//! `telecrm_runtime::Client::from_env()?.send(&lead).await?` sends it.

#[path = \"../src/crm.rs\"]
#[allow(dead_code)]
mod crm;

fn main() {{
    let lead = crm::Lead::new({value});
    println!(\"{{}}\", telecrm_runtime::to_json(&lead));
}}
"
    )
}
