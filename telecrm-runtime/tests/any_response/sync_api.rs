//! A response of the Sync API is a documented object, or is refused with a reason.
//!
//! The text of an object is kept byte for byte. The fuzz target `sync_responses` includes this
//! file.

use telecrm_runtime::__private::documented;
use telecrm_runtime::sync::SearchPage;

/// Panics if the parsed body violates a guarantee.
pub(crate) fn check(body: &[u8]) {
    const KEYS: [&[&str]; 5] =
        [&["customFields"], &["customActions"], &["leadStages", "statuses"], &["data"], &[]];
    for keys in KEYS {
        match documented(Some(body), keys) {
            Ok(document) => {
                assert_eq!(document.as_str().as_bytes(), body);
                if let Ok(page) = SearchPage::try_from(document) {
                    assert!(page.leads.len() < body.len());
                }
            }
            Err(reason) => assert!(!reason.is_empty()),
        }
    }
}
