//! Results of reading an entry back.

use telecrm_runtime::Error;

use crate::reading::Reading;

/// The result of reading an entry back.
pub(crate) type ReadBack = Result<Reading, Unread>;

/// The reason why an entry could not be read.
#[derive(Debug)]
pub(crate) struct Unread {
    pub(crate) reason: String,
    /// telecrm refused the token, or does not know the enterprise.
    pub(crate) is_unauthorized: bool,
}

impl From<&Error> for Unread {
    fn from(error: &Error) -> Self {
        let is_unauthorized = matches!(error, Error::Unauthorized | Error::EnterpriseNotFound);
        Self { reason: error.to_string(), is_unauthorized }
    }
}

impl From<&str> for Unread {
    fn from(reason: &str) -> Self {
        Self { reason: reason.to_owned(), is_unauthorized: false }
    }
}
