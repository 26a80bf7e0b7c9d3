//! Whether two schemas accept the same leads.
//!
//! Each item is hashed over an unambiguous encoding (texts and lists are preceded by their lengths),
//! and the hashes of a list are sorted before they are combined, so that order does not matter. The
//! constants below must never change: fingerprints are kept and compared over years.

use std::fmt;

use crate::field_info::{FieldInfo, FieldType};
use crate::workspace::{ActionInfo, Workspace};

/// 128 bits that are equal exactly when two schemas accept the same leads; see
/// [`Workspace::fingerprint`]. Displayed as 32 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Fingerprint(u128);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

impl Workspace {
    /// Returns 128 bits that are equal exactly if two schemas accept the same leads.
    ///
    /// The bits are the same on every machine and in every version of this crate. They ignore the order
    /// of anything, display names, descriptions, the enterprise, archived labels, the options of an open
    /// field, and statuses or lost reasons that no field holds.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let holds = |wanted: FieldType| {
            let of_actions = self.actions().iter().flat_map(ActionInfo::fields);
            self.fields().chain(of_actions).any(|field| field.field_type() == wanted)
        };
        let labels_where_held = |held: FieldType, active: &[&str]| {
            if holds(held) { labels(active) } else { Vec::new() }
        };
        let hash = Hasher::new(b'W')
            .text(self.identifier())
            .set(self.fields().map(field).collect())
            .set(self.actions().iter().map(action).collect())
            .set(labels_where_held(FieldType::Status, self.active_statuses()))
            .set(labels_where_held(FieldType::LostReason, self.active_lost_reasons()))
            .finish();
        Fingerprint(hash)
    }
}

fn field(field: FieldInfo) -> u128 {
    let takes_labels = matches!(field.field_type(), FieldType::Dropdown | FieldType::Tags);
    let options =
        if takes_labels && !field.is_open() { labels(field.option_labels()) } else { Vec::new() };
    let limited = field.field_type() == FieldType::Text;
    // No least length and one of 0 are the same rule.
    let min = field.min_length().filter(|_| limited).unwrap_or(0);
    // One more than any limit stands for none.
    let max = field.max_length().filter(|_| limited).map_or(1 << 32, u64::from);
    Hasher::new(b'F')
        .text(field.api_name())
        .text(field.field_type().name())
        .number(min.into())
        .number(max)
        .number(field.is_open().into())
        .number(field.is_locked().into())
        .set(options)
        .finish()
}

fn action(action: &ActionInfo) -> u128 {
    Hasher::new(b'A')
        .text(action.code())
        .number(action.is_backdatable().into())
        .set(action.fields().map(field).collect())
        .finish()
}

fn labels(labels: &[&str]) -> Vec<u128> {
    labels.iter().map(|label| Hasher::new(b'L').text(label).finish()).collect()
}

/// FNV-1a over 128 bits, with a finish that spreads the last bytes over all of them.
struct Hasher(u128);

impl Hasher {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    /// Odd, with its bits well mixed: from the fraction of the golden ratio.
    const SPREAD: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;

    fn new(kind: u8) -> Self {
        Self(Self::OFFSET).bytes(&[kind])
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.0 = (self.0 ^ u128::from(*byte)).wrapping_mul(Self::PRIME);
        }
        self
    }

    fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    fn text(self, text: &str) -> Self {
        self.number(text.len() as u64).bytes(text.as_bytes())
    }

    fn set(self, mut items: Vec<u128>) -> Self {
        items.sort_unstable();
        items.dedup();
        let counted = self.number(items.len() as u64);
        items.iter().fold(counted, |hasher, item| hasher.bytes(&item.to_le_bytes()))
    }

    fn finish(self) -> u128 {
        let mut hash = self.0;
        for _ in 0..2 {
            hash ^= hash >> 67;
            hash = hash.wrapping_mul(Self::SPREAD);
        }
        hash ^ (hash >> 65)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field_info::FieldPart::{self, *};

    const PHONE: FieldPart = Phone("phone");
    const REMARK: FieldPart = Text("remark");
    const SOURCE: FieldPart = Dropdown("source");
    const OPTIONS: FieldPart = Options(&["Web", "Walk-in"]);
    const STATUS: FieldPart = Status("status");
    const VISIT: ActionInfo = ActionInfo::new("ACTION_1001", "Visit", &[REMARK, SOURCE, OPTIONS]);
    const CALL: ActionInfo = ActionInfo::new("ACTION_1002", "Call", &[]);

    /// Of a workspace in a static, where references to its parts live on.
    macro_rules! print {
        ($fields:expr, $actions:expr $(, $with:ident($active:expr, $archived:expr))* $(,)?) => {{
            static WORKSPACE: Workspace =
                Workspace::new("phone", $fields, $actions)$(.$with($active, $archived))*;
            WORKSPACE.fingerprint()
        }};
    }

    #[test]
    fn d35_what_does_not_change_the_accepted_leads_does_not_change_the_fingerprint() {
        let plain = print!(&[PHONE, REMARK, SOURCE, OPTIONS], &[VISIT, CALL]);
        assert_eq!(plain, print!(&[SOURCE, OPTIONS, PHONE, REMARK], &[CALL, VISIT]));
        assert_eq!(
            plain,
            print!(
                &[PHONE, REMARK, MinLength(0), SOURCE, Options(&["Walk-in", "Web", "Web"]),],
                &[ActionInfo::new("ACTION_1001", "Besuch", &[SOURCE, OPTIONS, REMARK]), CALL],
            )
        );
        let named = Workspace::new("phone", &[PHONE, REMARK, SOURCE, OPTIONS], &[VISIT, CALL])
            .enterprise("acme")
            .name("Acme")
            .statuses(&["Fresh"], &["Old"])
            .lost_reasons(&["Price"], &[]);
        assert_eq!(plain, named.fingerprint());
        assert_eq!(
            print!(&[PHONE, SOURCE, OPTIONS, Open()], &[]),
            print!(&[PHONE, SOURCE, Options(&["Kiosk"]), Open()], &[])
        );
    }

    #[test]
    fn d35_what_changes_the_accepted_leads_changes_the_fingerprint() {
        let mut prints = vec![
            print!(&[PHONE, REMARK, SOURCE, OPTIONS], &[VISIT, CALL]),
            print!(&[PHONE, SOURCE, OPTIONS], &[VISIT, CALL]),
            print!(&[PHONE, REMARK, SOURCE, OPTIONS], &[VISIT]),
            print!(&[PHONE, REMARK, SOURCE, OPTIONS], &[VISIT.backdatable(), CALL]),
            print!(
                &[PHONE, REMARK, SOURCE, OPTIONS],
                &[ActionInfo::new("ACTION_1003", "Visit", &[REMARK, SOURCE, OPTIONS]), CALL]
            ),
            print!(
                &[PHONE, REMARK, SOURCE, OPTIONS],
                &[ActionInfo::new("ACTION_1001", "Visit", &[REMARK]), CALL]
            ),
            print!(&[PHONE, REMARK, MinLength(1), SOURCE, OPTIONS], &[VISIT, CALL]),
            print!(&[PHONE, REMARK, MaxLength(1), SOURCE, OPTIONS], &[VISIT, CALL]),
            print!(&[PHONE, REMARK, MaxLength(0), SOURCE, OPTIONS], &[VISIT, CALL]),
            print!(&[PHONE, REMARK, Locked(), SOURCE, OPTIONS], &[VISIT, CALL]),
            print!(&[PHONE, REMARK, SOURCE, OPTIONS, Open()], &[VISIT, CALL]),
            print!(&[PHONE, REMARK, SOURCE, Options(&["Web"])], &[VISIT, CALL]),
            print!(&[PHONE, REMARK, SOURCE, Options(&["WebWalk-in"])], &[VISIT, CALL]),
            print!(&[PHONE, Text("Remark"), SOURCE, OPTIONS], &[VISIT, CALL]),
            print!(&[PHONE, Number("remark"), SOURCE, OPTIONS], &[VISIT, CALL]),
            print!(&[], &[]),
            Workspace::new("remark", &[PHONE, REMARK, SOURCE, OPTIONS], &[VISIT, CALL])
                .fingerprint(),
            print!(&[PHONE, STATUS], &[]),
            print!(&[PHONE, STATUS], &[], statuses(&["Fresh"], &[])),
            print!(&[PHONE, STATUS], &[], statuses(&["fresh"], &[])),
            print!(
                &[PHONE, STATUS],
                &[],
                lost_reasons(&["Fresh"], &["Fresh"]),
                statuses(&["Won"], &[])
            ),
        ];
        let count = prints.len();
        prints.sort();
        prints.dedup();
        assert_eq!(prints.len(), count);
    }

    #[test]
    fn a_fingerprint_is_the_same_on_every_machine_and_in_every_version() {
        let print = print!(&[PHONE, REMARK, SOURCE, OPTIONS], &[VISIT, CALL]);
        assert_eq!(print.to_string(), "ebbd62843972e50831d290e5c95e9639");
        assert_eq!(format!("{print:?}"), format!("Fingerprint({print})"));
    }
}
