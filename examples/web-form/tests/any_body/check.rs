//! The content of any body of any sender.

use web_form::webhook::{FLAT, GOOGLE, INDIAMART, redact};

/// Checks that each body is a test lead, a lead, a body to hold, or a lead and a body to hold.
pub(crate) fn check(bytes: &[u8]) {
    for sender in [&FLAT, &GOOGLE, &INDIAMART] {
        let reading = sender.read(bytes);
        if reading.is_test {
            assert!(reading.lead.is_none() && reading.unmapped.is_empty());
        } else {
            assert!(reading.lead.is_some() || !reading.unmapped.is_empty());
        }
        if let Some(lead) = reading.lead {
            let json = telecrm_runtime::to_json(&*lead);
            assert_eq!(telecrm_runtime::from_json(&json).as_ref(), Ok(&*lead));
        }
    }
    let held = redact(bytes);
    assert_eq!(redact(&held), held);
    let is_json = |bytes: &[u8]| serde_json::from_slice::<serde_json::Value>(bytes).is_ok();
    assert_eq!(is_json(&held), is_json(bytes));
}
