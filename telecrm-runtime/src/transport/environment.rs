//! Environment variables that describe a client. A blank variable is treated as unset.

use super::build_error::BuildError;
use crate::credentials::{CredentialError, EnterpriseId};

pub(crate) struct Environment<V>(V);

impl<V: Fn(&'static str) -> Option<String>> Environment<V> {
    pub(crate) fn new(variable: V) -> Self {
        Self(variable)
    }

    pub(crate) fn get(&self, name: &'static str) -> Option<String> {
        (self.0)(name).filter(|value| !value.trim().is_empty())
    }

    pub(crate) fn parse<T>(
        &self,
        name: &'static str,
        parse: impl FnOnce(String) -> Result<T, CredentialError>,
    ) -> Result<T, BuildError> {
        let value = self.get(name).ok_or(BuildError::MissingVariable { name })?;
        parse(value).map_err(|source| BuildError::Variable { name, source })
    }

    pub(crate) fn enterprise_id(&self) -> Result<EnterpriseId, BuildError> {
        self.parse("TELECRM_ENTERPRISE_ID", EnterpriseId::parse)
    }
}
