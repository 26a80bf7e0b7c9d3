//! Properties of any request body, for the fuzz target and for a bounded test.

use telecrm_schema::validate::{Json, Validator};

/// Validates the bytes with every method, and compares the results.
pub(crate) fn check(validator: &Validator, bytes: &[u8]) {
    let Ok(value) = serde_json::from_slice::<serde_json::Value>(bytes) else { return };
    let accepted = validator.accept(&value);
    let validated = validator.validate(&value);
    assert_eq!(accepted.is_ok(), validated.is_ok());
    if let (Ok(accepted), Ok(validated)) = (accepted, validated) {
        assert_eq!(accepted.violations, validated.violations);
        assert_eq!(accepted.lead.is_some(), validated.identifier.is_some());
        if let Ok(body) = serde_json::from_slice::<Json<'_>>(bytes) {
            let valid = validated.identifier.is_some() && validated.is_valid();
            assert_eq!(validator.is_valid(body), valid);
        }
    }
}
