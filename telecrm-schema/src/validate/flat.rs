//! Advice about a flat body: fields at the top level instead of under `fields`.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{
    Validation, Validator,
    json::Json,
    violation::Suggestion,
    walk::{Destination, Entries, Malformed, Walk, identify},
    words::listed,
};

/// Maximum length of a corrected body in advice, in bytes. A longer one is omitted, never truncated.
const MAX_BODY: usize = 2000;

impl Validator {
    /// Validates one request body like [`validate`](Self::validate), with advice in the error.
    ///
    /// # Errors
    ///
    /// Returns the text of a [`Malformed`]. If the body is flat (its fields are at the top level), the text
    /// contains the corrected body, and so values of the body, provided that it has the identifier.
    pub fn validate_with_advice(&self, body: &Json<'_>) -> Result<Validation, String> {
        let mut violations = Vec::new();
        match self.walk(body, &mut violations) {
            Ok(walk) => Ok(Validation { identifier: walk.continue_value().flatten(), violations }),
            Err(error) => Err(self.describe(body, error)),
        }
    }

    fn describe(&self, body: &Json<'_>, error: Malformed) -> String {
        let mut text = error.to_string();
        if let (Malformed::Fields, Json::Object(entries)) = (error, body)
            && !entries.iter().any(|(key, _)| key == "fields")
            && entries.iter().any(|(key, _)| key != "actions")
        {
            let Corrected { body, omitted } = self.corrected(entries);
            text.push_str("; put the fields of the lead under `fields`");
            // Writing to a string cannot fail.
            if let Some(body) =
                body.map(|body| body.to_string()).filter(|body| body.len() <= MAX_BODY)
            {
                let _ = write!(text, ": {body}");
            }
            if !omitted.is_empty() {
                let _ = write!(text, "; telecrm would drop {}", listed(&omitted));
            }
        }
        text
    }

    /// Moves each value that telecrm keeps under `fields`.
    fn corrected(&self, entries: &Entries<'_>) -> Corrected {
        let walk = Walk { rules: &self.rules, sink: &mut Vec::new() };
        let known = &self.rules.fields;
        let lead = Destination::lead(&[]);
        let (mut fields, mut omitted) = (Map::new(), Vec::new());
        for (key, sent) in entries.iter().filter(|(key, _)| key != "actions") {
            let field = known.get(key).or_else(|| known.near(key));
            match field.and_then(|field| walk.moved(&lead, field, sent).suggestion.zip(Some(field)))
            {
                Some((Suggestion::Move { value, .. }, field))
                    if !fields.contains_key(&field.name) =>
                {
                    fields.insert(field.name.clone(), value);
                }
                _ => omitted.push(key.to_string()),
            }
        }
        let identifier = fields.get(&self.rules.identifier);
        let has_identifier =
            identifier.is_some_and(|sent| identify(&self.rules, &sent.into()).is_ok());
        let body = has_identifier.then(|| match entries.iter().find(|(key, _)| key == "actions") {
            Some((_, actions @ Json::Array(_))) => {
                json!({ "fields": fields, "actions": actions.to_value() })
            }
            _ => json!({ "fields": fields }),
        });
        Corrected { body, omitted }
    }
}

/// A flat body in telecrm's form.
struct Corrected {
    /// `None` without a valid identifier.
    body: Option<Value>,
    /// The keys whose values telecrm would drop.
    omitted: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Schema;

    fn described(body: &Value) -> String {
        let yaml = "customFields:
          - { apiName: phone, type: PHONE, isLeadid: true }
          - { apiName: name, type: TEXT }
          - { apiName: email, type: EMAIL }";
        let validator = Validator::new(&Schema::from_yaml(yaml).expect("a schema"));
        validator.validate_with_advice(&body.into()).expect_err("refused")
    }

    #[test]
    fn advice_for_a_flat_body_contains_the_body_that_telecrm_keeps() {
        let flat =
            json!({ "name": "Asha", "Phone": "9999990003", "email": "", "source": "Landing" });
        let corrected = r#": {"fields":{"name":"Asha","phone":"9999990003"}}; telecrm would drop "email", "source""#;
        let text = described(&flat);
        assert!(text.contains("put the fields of the lead under `fields`"), "{text}");
        assert!(text.ends_with(corrected), "{text}");
        let text = described(&json!({ "phone": "9999990003", "actions": [] }));
        let body = text.rsplit_once("`fields`: ").and_then(|(_, body)| body.parse().ok());
        let corrected = json!({ "fields": { "phone": "9999990003" }, "actions": [] });
        assert_eq!(body, Some(corrected), "{text}");
    }

    #[test]
    fn advice_without_the_identifier_contains_no_body() {
        let text = described(&json!({ "name": "Asha" }));
        assert!(text.ends_with("put the fields of the lead under `fields`"), "{text}");
        let text = described(&json!({ "name": "Asha", "phone": "123" }));
        assert!(text.ends_with("under `fields`; telecrm would drop \"phone\""), "{text}");
        for body in
            [json!({}), json!({ "actions": [] }), json!({ "fields": 1, "phone": "9999990003" })]
        {
            assert!(!described(&body).contains("put"), "{body}");
        }
    }
}
