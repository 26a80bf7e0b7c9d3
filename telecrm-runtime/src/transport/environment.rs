//! Environment variables that describe a client. A blank variable is treated as unset.

use super::build_error::BuildError;
use crate::credentials::{CredentialError, EnterpriseId};

pub(crate) struct Environment<'p, V> {
    /// The start of each name, such as `ACME_`; empty by default.
    prefix: &'p str,
    variable: V,
}

impl<'p, V: Fn(&str) -> Option<String>> Environment<'p, V> {
    pub(crate) fn new(prefix: &'p str, variable: V) -> Self {
        Self { prefix, variable }
    }

    fn name(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    pub(crate) fn get(&self, name: &str) -> Option<String> {
        (self.variable)(&self.name(name)).filter(|value| !value.trim().is_empty())
    }

    pub(crate) fn parse<T>(
        &self,
        name: &str,
        parse: impl FnOnce(String) -> Result<T, CredentialError>,
    ) -> Result<T, BuildError> {
        let missing = || BuildError::MissingVariable { name: self.name(name) };
        let value = self.get(name).ok_or_else(missing)?;
        parse(value).map_err(|error| BuildError::Variable { name: self.name(name), error })
    }

    pub(crate) fn enterprise_id(&self) -> Result<EnterpriseId, BuildError> {
        self.parse("TELECRM_ENTERPRISE_ID", EnterpriseId::parse)
    }
}
