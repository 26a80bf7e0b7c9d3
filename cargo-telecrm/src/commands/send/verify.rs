//! Verification of sent leads through the Sync API.

use std::fmt::Write as _;
use std::time::SystemTime;

use telecrm_runtime::sync::{Client, Verification};
use telecrm_runtime::{Error, PreparedLead};
use telecrm_schema::escaped;

/// A lead that telecrm has queued.
pub(super) struct Sent {
    /// The place of its body, ready to print.
    pub(super) place: String,
    pub(super) lead: PreparedLead,
    pub(super) since: SystemTime,
}

/// Verifies leads, and passes each result with the place of its body to `found`.
pub(super) async fn verify(
    client: &Client,
    sent: Vec<Sent>,
    mut found: impl FnMut(&str, Result<Verification, Error>),
) {
    // A single lead is compared with the content of its actions; several are read with one search per 100.
    if let [single] = sent.as_slice() {
        let result = client.verify_prepared(&single.lead, None, single.since).await;
        return found(&single.place, result);
    }
    let (places, leads): (Vec<_>, Vec<_>) =
        sent.into_iter().map(|lead| (lead.place, (lead.lead, lead.since))).unzip();
    let mut verifying = match client.verify_all_prepared(leads, None).await {
        Ok(verifying) => verifying,
        Err(error) => return found("all leads", Err(error)),
    };
    while let Some((position, result)) = verifying.next().await {
        let place = usize::try_from(position).ok().and_then(|index| places.get(index));
        found(place.map_or("a lead", String::as_str), result);
    }
}

/// Returns whether a lead is verified, and a report.
pub(super) fn described(place: &str, result: Result<Verification, Error>) -> (bool, String) {
    match result {
        Ok(Verification::Verified) => (true, format!("{place}: verified\n")),
        Ok(Verification::Mismatched(mismatches)) => {
            let mut text = format!("{place}: stored, but with different values\n");
            for mismatch in mismatches {
                // Writing to a `String` cannot fail.
                let _ = writeln!(text, "  D41 {}", escaped(&mismatch.to_string()));
            }
            (false, text)
        }
        Ok(Verification::Missing) => {
            (false, format!("{place}: queued, but telecrm does not have the lead (D41)\n"))
        }
        Ok(_) => (
            false,
            format!("{place}: queued, with an outcome that this version does not support\n"),
        ),
        Err(error) => {
            let error = escaped(&error.to_string());
            (false, format!("{place}: queued; the stored lead could not be read: {error}\n"))
        }
    }
}
