//! Queued entries that are not valid for the lead type of a program: another schema was used.

use telecrm_runtime::{GeneratedLead, ReadError, from_json};

use crate::entry::EntryId;
use crate::error::Error;
use crate::store::Store;

/// Entries of one query.
const PAGE: u32 = 1_000;

/// Reads stored bodies as one workspace's leads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LeadReader {
    /// The enterprise id of the workspace, if its schema has one.
    enterprise: Option<&'static str>,
    read: fn(&str) -> Result<(), ReadError>,
}

impl LeadReader {
    pub(crate) fn of<L: GeneratedLead>() -> Self {
        Self {
            enterprise: L::WORKSPACE.enterprise_id(),
            read: |body| from_json::<L>(body).map(drop),
        }
    }

    /// Whether an entry can be a lead of the workspace.
    fn is_concerned(self, enterprise: &str) -> bool {
        enterprise.is_empty() || self.enterprise.is_none_or(|own| own == enterprise)
    }
}

/// Finds the queued entries that the reader refuses, oldest first.
pub(crate) async fn find(
    store: &dyn Store,
    reader: LeadReader,
    mut found: impl FnMut(EntryId, ReadError),
) -> Result<(), Error> {
    let mut after = EntryId(0);
    loop {
        let entries = store.queued(after, PAGE).await?;
        let Some(last) = entries.last() else { return Ok(()) };
        after = last.id;
        for entry in entries.iter().filter(|entry| reader.is_concerned(&entry.enterprise)) {
            let Some(body) = entry.body() else { continue };
            if let Err(error) = (reader.read)(body) {
                found(entry.id, error);
            }
        }
    }
}
