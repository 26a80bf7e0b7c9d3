//! Validates any JSON body without a panic. All methods of the validator return the same result.

#![no_main]

use std::sync::LazyLock;

use telecrm_schema::Schema;
use telecrm_schema::validate::Validator;

#[path = "../../telecrm-schema/tests/support/any_body.rs"]
mod any_body;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let schema = include_str!("../../schema/workspace.yaml");
    Validator::new(&Schema::from_yaml(schema).expect("the demo workspace"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| any_body::check(&VALIDATOR, bytes));
