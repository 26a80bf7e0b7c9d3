//! A schema in use, with the values that are derived from it once.

use telecrm_schema::{
    Schema,
    validate::{Behaviors, InvalidCountryCode, Validator},
};

use crate::metadata::Metadata;

/// A schema with its validator and its metadata responses.
#[derive(Debug)]
pub(crate) struct LoadedSchema {
    pub(crate) schema: Schema,
    pub(crate) validator: Validator,
    pub(crate) metadata: Metadata,
}

impl LoadedSchema {
    pub(crate) fn new(
        schema: Schema,
        enterprise_id: &str,
        country_code: Option<&str>,
        behaviors: Behaviors,
    ) -> Result<Self, InvalidCountryCode> {
        let mut validator = Validator::new(&schema).with_behaviors(behaviors);
        if let Some(code) = country_code {
            validator = validator.with_default_country_code(code)?;
        }
        let metadata = Metadata::new(&schema, enterprise_id);
        Ok(Self { schema, validator, metadata })
    }

    /// Returns the API name of the lead identifier.
    pub(crate) fn identifier(&self) -> &str {
        &self.schema.identifier().api_name
    }
}
