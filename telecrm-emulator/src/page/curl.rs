//! curl commands that post a lead: a sample, and the repetition of a delivery.

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use telecrm_schema::FieldType;

use crate::{
    delivery::Delivery,
    engine::Engine,
    tokens::{ASYNC_TOKEN, SYNC_TOKEN},
};

/// Returns a curl command that posts a lead with an identifier, a name and a mistake.
pub(crate) fn sample(engine: &Engine) -> String {
    let loaded = engine.schema();
    let schema = &loaded.schema;
    let mut fields = Map::new();
    let identifier = schema.identifier();
    let value = match identifier.field_type {
        FieldType::Email => "jane.doe@example.com",
        FieldType::Phone => "919999999999",
        _ => "JANE-1",
    };
    fields.insert(identifier.api_name.clone(), value.into());
    if identifier.api_name != "name" && schema.field("name").is_some() {
        fields.insert("name".to_owned(), "Jane Doe".into());
    }
    let number = schema.fields.iter().find(|field| matches!(field.field_type, FieldType::Number));
    if let Some(number) = number {
        fields.insert(number.api_name.clone(), "1000".into());
    } else {
        fields.insert("no_such_field".to_owned(), "1000".into());
    }
    let body: Value = json!({ "fields": fields });
    post(engine, &body.to_string())
}

/// Returns a curl command that repeats a delivery.
///
/// Returns `None` if the exact bytes of the body are unknown: it was truncated, or it is not text.
pub(crate) fn repeat(engine: &Engine, delivery: &Delivery) -> Option<String> {
    let exact = delivery.body.len() == delivery.body_bytes && !delivery.body.contains('\0');
    exact.then(|| match &delivery.confirmed {
        None => post(engine, &delivery.body),
        Some(path) => confirm(engine, path, &delivery.body),
    })
}

/// Returns a curl command that posts a lead to the Async API.
fn post(engine: &Engine, body: &str) -> String {
    let enterprise_id = percent_encoded(engine.enterprise_id());
    let url = format!("{}/enterprise/{enterprise_id}/autoupdatelead", engine.settings.url);
    command(&url, ASYNC_TOKEN, body)
}

/// Returns a curl command for a confirmed write.
fn confirm(engine: &Engine, path: &str, body: &str) -> String {
    let mut url = format!("{}/autoupdate/v2/enterprise", engine.settings.url);
    for segment in [engine.enterprise_id()].into_iter().chain(path.split('/')) {
        url.push('/');
        url.push_str(&percent_encoded(segment).to_string());
    }
    command(&url, SYNC_TOKEN, body)
}

fn command(url: &str, token: &str, body: &str) -> String {
    // `--data` would read a file if the body starts with `@`.
    format!(
        "curl -X POST {} \\\n  -H 'Authorization: Bearer {token}' \\\n  \
         -H 'Content-Type: application/json' \\\n  --data-raw {}",
        shell(url),
        shell(body)
    )
}

/// Quotes a text as one word for a shell.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Encodes a path segment or a value of a query.
pub(super) fn percent_encoded(text: &str) -> impl fmt::Display {
    const UNRESERVED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(text, UNRESERVED)
}
