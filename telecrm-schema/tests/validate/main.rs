//! Validator: rows of the catalogue, reasons, suggestions, and properties of any body.

#[path = "../support/any_body.rs"]
mod any_body;
mod outcomes;
mod reasons;
mod rows;
mod suggestions;
mod values;

use serde_json::Value;
use telecrm_schema::Schema;
use telecrm_schema::validate::{Acceptance, Validator};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../telecrm-emulator/tests/schema.yaml");

fn validator() -> Validator {
    Validator::new(&Schema::from_file(SCHEMA).expect("the schema is good"))
}

fn accept(body: &Value) -> Acceptance {
    validator().accept(body).expect("a request")
}
