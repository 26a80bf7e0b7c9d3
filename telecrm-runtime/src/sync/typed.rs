//! Typed reading: a stored lead in the generated types.

use super::Lead;
use crate::error::Error;
use crate::lead::GeneratedLead;
use crate::reading::{Misfit, read_fields};

/// A stored lead in the generated types, and the parts that they cannot hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Typed<L> {
    /// The values that fit the types. It has no actions: telecrm would append them again.
    pub lead: L,
    /// Everything else: an archived status, a label outside the list, a field that the schema does not
    /// define.
    pub misfits: Vec<Misfit>,
}

impl Lead {
    /// Reads the stored fields into the generated types.
    ///
    /// ```ignore
    /// let stored = sync.lead(id).await?.typed::<crm::Lead>()?;
    /// for misfit in &stored.misfits {
    ///     tracing::warn!(path = misfit.path(), reason = misfit.reason());
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Where the field that identifies the lead is missing or does not fit its type. Any other value
    /// that does not fit is a [`Misfit`].
    pub fn typed<L: GeneratedLead>(&self) -> Result<Typed<L>, Error> {
        match read_fields(&self.fields) {
            Ok((lead, misfits)) => Ok(Typed { lead, misfits }),
            Err(_) => Err(Error::incomplete(
                "the field that identifies the lead is missing or does not fit its type",
            )),
        }
    }
}
