//! `IndiaMART`'s push of enquiries.

use serde_json::{Map, Value};

use super::Target::{Field, Ignored};
use super::{Parts, Sender, Target};
use crate::crm::fields::{EMAIL, NAME, PHONE, REMARK};

/// Every key that `IndiaMART` documents.
const KEYS: &[(&str, Target<'static>)] = &[
    ("SENDER_NAME", Field(NAME)),
    ("SENDER_MOBILE", Field(PHONE)),
    ("SENDER_EMAIL", Field(EMAIL)),
    ("QUERY_MESSAGE", Field(REMARK)),
    ("CODE", Ignored),
    ("STATUS", Ignored),
    ("MESSAGE", Ignored),
    ("TOTAL_RECORDS", Ignored),
    ("UNIQUE_QUERY_ID", Ignored),
    ("QUERY_TYPE", Ignored),
    ("QUERY_TIME", Ignored),
    ("SUBJECT", Ignored),
    ("QUERY_PRODUCT_NAME", Ignored),
    ("QUERY_MCAT_NAME", Ignored),
    ("CALL_DURATION", Ignored),
    ("RECEIVER_MOBILE", Ignored),
    ("RECEIVER_CATALOG", Ignored),
    ("SENDER_COMPANY", Ignored),
    ("SENDER_ADDRESS", Ignored),
    ("SENDER_CITY", Ignored),
    ("SENDER_STATE", Ignored),
    ("SENDER_PINCODE", Ignored),
    ("SENDER_COUNTRY_ISO", Ignored),
    ("SENDER_MOBILE_ALT", Ignored),
    ("SENDER_PHONE", Ignored),
    ("SENDER_PHONE_ALT", Ignored),
    ("SENDER_EMAIL_ALT", Ignored),
];

/// `IndiaMART`.
pub static INDIAMART: Sender = Sender {
    path: "/webhook/indiamart",
    keys: Some(KEYS),
    split,
    clean: without_line_break_tags,
    contact_source: None,
};

fn split(body: &Map<String, Value>) -> Parts<'_> {
    let mut members: Vec<(&str, &Value)> = Vec::new();
    let mut key = None;
    for (name, value) in body {
        match value {
            Value::Object(enquiry) if name == "RESPONSE" => {
                key = enquiry.get("UNIQUE_QUERY_ID");
                members.extend(enquiry.iter().map(|(name, value)| (name.as_str(), value)));
            }
            _ => members.push((name, value)),
        }
    }
    Parts { key, is_test: false, members }
}

/// Replaces `<br>`, `<br/>` and `<br />` in any letter case by line breaks.
fn without_line_break_tags(text: &str) -> String {
    const TAG: &str = "<br";

    let lower = text.to_ascii_lowercase();
    let mut clean = String::with_capacity(text.len());
    let mut copied = 0;
    for (start, _) in lower.match_indices(TAG) {
        let after = &lower[start + TAG.len()..];
        let end = after.trim_start_matches([' ', '/']);
        if end.starts_with('>') {
            clean.push_str(&text[copied..start]);
            clean.push('\n');
            copied = text.len() - end.len() + 1;
        }
    }
    clean.push_str(&text[copied..]);
    clean.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_break_tags_become_line_breaks() {
        for (sent, text) in [
            ("Need 20<br>pieces", "Need 20\npieces"),
            ("a<BR/>b<br />c<br>", "a\nb\nc"),
            ("<br><br>é<br", "é<br"),
            ("<brand> < br>", "<brand> < br>"),
            ("<br<br>>", "<br\n>"),
        ] {
            assert_eq!(without_line_break_tags(sent), text, "{sent}");
        }
    }
}
