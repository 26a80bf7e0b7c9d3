//! Code that uses everything that a workspace offers: every setter with values, every option by
//! name, every action, and a `match` with a wildcard arm on every list.

use std::fmt::Write as _;

use telecrm_codegen::NamedSchema;
use telecrm_codegen::names::{NamedAction, NamedField, NamedLabel};
use telecrm_schema::FieldType;

/// A module that uses the generated module at `path`.
pub(crate) fn of(workspace: &NamedSchema, path: &str) -> String {
    let mut code = format!(
        "use {path} as crm;\nuse telecrm_runtime as telecrm;\n\
         fn any<T>() -> T {{\n    unreachable!()\n}}\npub fn uses() {{\n"
    );
    lead(workspace, &mut code);
    for action in &workspace.actions {
        self::action(action, &mut code);
    }
    let statuses = workspace.pipeline.statuses.iter().map(|it| &it.label);
    if !workspace.pipeline.statuses.is_empty() {
        list("crm::options::Status", statuses, &mut code);
    }
    if !workspace.pipeline.lost_reasons.is_empty() {
        list("crm::options::LostReason", &workspace.pipeline.lost_reasons, &mut code);
    }
    code.push_str("}\n");
    code
}

fn statement(code: &mut String, expression: &str) {
    let _ = writeln!(code, "    let _ = {expression};");
}

fn lead(workspace: &NamedSchema, code: &mut String) {
    let identifier = workspace.identifier();
    let value = match &identifier.schema.field_type {
        FieldType::Phone => "any::<telecrm::Phone>()",
        FieldType::Email => "any::<telecrm::Email>()",
        _ => "any::<telecrm::NonBlankText>()",
    };
    statement(code, &format!("crm::Lead::new({value}).{}({value})", identifier.ident));
    let others =
        workspace.fields.iter().filter(|it| it.schema.api_name != identifier.schema.api_name);
    for field in others {
        setter("any::<crm::Lead>()", field, "crm::options", code);
    }
    statement(code, "any::<crm::Lead>().action(any::<telecrm::Payment>())");
}

fn action(action: &NamedAction, code: &mut String) {
    let name = format!("crm::actions::{}", action.ident);
    let module = format!("crm::actions::{}", action.module);
    statement(code, &format!("{name}::CODE"));
    statement(code, &format!("any::<crm::Lead>().action({name}::new())"));
    statement(code, &format!("crm::Action::{}({name}::new())", action.ident));
    for field in &action.fields {
        setter(&format!("{name}::new()"), field, &module, code);
    }
    if action.schema.backdatable {
        statement(code, &format!("{name}::new().created_on(any::<telecrm::Date>())"));
    }
}

/// Calls of one setter, and uses of the field's own enum.
fn setter(receiver: &str, field: &NamedField, module: &str, code: &mut String) {
    for value in values(field, module) {
        statement(code, &format!("{receiver}.{}({value})", field.ident));
    }
    if let Some(options) = &field.options {
        list(&format!("{module}::{}", options.ident), &options.labels, code);
    }
}

fn values(field: &NamedField, module: &str) -> Vec<String> {
    let typed = |name: &str| format!("any::<telecrm::{name}>()");
    match &field.schema.field_type {
        FieldType::Text(length) => match length.bounds() {
            Some((least, most)) => vec![typed(&format!("BoundedText<{least}, {most}>"))],
            None => vec!["\"text\"".to_owned(), "String::new()".to_owned(), typed("Text")],
        },
        FieldType::Email => vec![typed("Email")],
        FieldType::Phone => vec![typed("Phone")],
        FieldType::Number => vec!["1000".to_owned(), typed("Number")],
        FieldType::Date => vec!["std::time::SystemTime::now()".to_owned(), typed("Date")],
        FieldType::Money => vec!["1000".to_owned(), typed("Money")],
        FieldType::Website => vec![typed("Website")],
        FieldType::MediaLink => vec![typed("MediaLink")],
        FieldType::ActiveUsers => vec![typed("ActiveUser")],
        FieldType::Rating => vec!["telecrm::Rating::FOUR".to_owned(), typed("Rating")],
        FieldType::Status => vec!["any::<crm::options::Status>()".to_owned()],
        FieldType::LostReason => vec!["any::<crm::options::LostReason>()".to_owned()],
        FieldType::Dropdown(options) => {
            let name = format!("any::<{module}::{}>()", type_name(field));
            let new = "telecrm::Open::new_label(\"new\")".to_owned();
            let values = vec![format!("Some({name})"), name];
            values.into_iter().chain(options.open.then_some(new)).collect()
        }
        FieldType::Tags(options) => {
            let name = format!("{module}::{}", type_name(field));
            let mut values = vec![format!("[any::<{name}>()]"), format!("any::<Vec<{name}>>()")];
            if options.open {
                values.push(format!("[telecrm::Open::<{name}>::new_label(\"new\")]"));
            } else {
                values.extend(["[]".to_owned(), "[\"VIP\".parse().unwrap()]".to_owned()]);
            }
            values
        }
    }
}

fn type_name(field: &NamedField) -> &str {
    field.options.as_ref().map_or("", |options| &options.ident)
}

/// Every option by each of its names, as a value and as a pattern.
fn list<'m>(name: &str, choices: impl IntoIterator<Item = &'m NamedLabel>, code: &mut String) {
    let mut arms = String::new();
    for choice in choices {
        let formerly = choice.former.iter().map(|it| &it.ident);
        for ident in [&choice.ident].into_iter().chain(formerly) {
            statement(code, &format!("{name}::{ident}.label()"));
            let _ = write!(arms, "{name}::{ident} => {{}} ");
        }
    }
    let _ = writeln!(code, "    match any::<{name}>() {{ {arms}_ => {{}} }}");
}
