//! What every Rust name that code may use stands for, as the path of a change would name it.

use std::collections::BTreeMap;

use telecrm_codegen::NamedSchema;
use telecrm_codegen::names::{NamedAction, NamedField, NamedLabel};

/// From Rust names to paths of the schema.
pub(crate) fn of(workspace: &NamedSchema) -> BTreeMap<String, String> {
    let mut meanings = Meanings::default();
    let identifier = &workspace.identifier().schema.api_name;
    meanings.add("Lead::new", format!("fields.{identifier}"));
    for field in &workspace.fields {
        meanings.field(field, "Lead", "options", "fields", "options");
    }
    for action in &workspace.actions {
        meanings.action(action);
    }
    for status in &workspace.pipeline.statuses {
        meanings.choice("options::Status", "statuses", &status.label);
    }
    for reason in &workspace.pipeline.lost_reasons {
        meanings.choice("options::LostReason", "lostReasons", reason);
    }
    meanings.0
}

#[derive(Default)]
struct Meanings(BTreeMap<String, String>);

impl Meanings {
    fn add(&mut self, rust: &str, path: String) {
        let other = self.0.insert(rust.to_owned(), path);
        assert!(other.is_none(), "{rust} stands for two things");
    }

    fn action(&mut self, action: &NamedAction) {
        let (name, code) = (format!("actions::{}", action.ident), &action.schema.code);
        self.add(&name, format!("actions.{code}"));
        for field in &action.fields {
            let module = format!("actions::{}", action.module);
            let (path, options) = (format!("actions.{code}.fields"), format!("options.{code}"));
            self.field(field, &name, &module, &path, &options);
        }
    }

    fn field(
        &mut self,
        field: &NamedField,
        owner: &str,
        module: &str,
        path: &str,
        options_path: &str,
    ) {
        let api_name = &field.schema.api_name;
        self.add(&format!("{owner}::{}", field.ident), format!("{path}.{api_name}"));
        let Some(options) = &field.options else { return };
        let (name, path) =
            (format!("{module}::{}", options.ident), format!("{options_path}.{api_name}"));
        self.add(&name, path.clone());
        for choice in &options.labels {
            self.choice(&name, &path, choice);
        }
    }

    fn choice(&mut self, type_name: &str, path: &str, choice: &NamedLabel) {
        let formerly = choice.former.iter().map(|it| &it.ident);
        for ident in [&choice.ident].into_iter().chain(formerly) {
            self.add(&format!("{type_name}::{ident}"), format!("{path}.{}", choice.schema.text));
        }
    }
}
