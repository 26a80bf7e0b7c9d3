//! Fingerprints, which are equal if two schemas accept the same leads.
//!
//! Each item is hashed over an unambiguous encoding: a length precedes each text and list. The hashes of
//! a list are sorted before they are combined, so that order does not matter. The constants in this file
//! must never change, because users store fingerprints and compare them years later.

use std::fmt;

use crate::field_info::{FieldInfo, FieldType};
use crate::workspace::{ActionInfo, Workspace};

/// A hash of a schema, from [`Workspace::fingerprint`].
///
/// Two fingerprints are equal exactly if the schemas accept the same leads. `Display` writes 32
/// hexadecimal digits.
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
    /// Returns a hash that is equal for two schemas exactly if they accept the same leads.
    ///
    /// The hash is the same on every machine and in every version of this crate. It ignores the order of
    /// items, display names, descriptions, the enterprise, archived labels, the options of an open field,
    /// and statuses or lost reasons that no field uses.
    ///
    /// ```
    /// # // A program has `telecrm_runtime::include_workspace!()` here.
    /// # mod crm {
    /// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
    /// # }
    /// let fingerprint = crm::WORKSPACE.fingerprint();
    /// assert_eq!(fingerprint.to_string().len(), 32);
    /// ```
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        let has_field_of = |field_type: FieldType| {
            let action_fields = self.actions().iter().flat_map(ActionInfo::fields);
            self.fields().chain(action_fields).any(|field| field.field_type() == field_type)
        };
        let used_labels = |field_type: FieldType, active: &[&str]| {
            if has_field_of(field_type) { labels(active) } else { Vec::new() }
        };
        let hash = Hasher::new(b'W')
            .text(self.identifier())
            .set(self.fields().map(field).collect())
            .set(self.actions().iter().map(action).collect())
            .set(used_labels(FieldType::Status, self.active_statuses()))
            .set(used_labels(FieldType::LostReason, self.active_lost_reasons()))
            .finish();
        Fingerprint(hash)
    }
}

fn field(field: FieldInfo) -> u128 {
    let has_options = matches!(field.field_type(), FieldType::Dropdown | FieldType::Tags);
    let options =
        if has_options && !field.is_open() { labels(field.options()) } else { Vec::new() };
    let limited = field.field_type() == FieldType::Text;
    // No minimum length and a minimum length of 0 are the same rule.
    let min = field.min_length().filter(|_| limited).unwrap_or(0);
    // A number above every limit represents a missing limit.
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

/// FNV-1a with 128 bits and a finalizer that distributes the last bytes over the hash.
struct Hasher(u128);

impl Hasher {
    const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    /// An odd number with well mixed bits: the fraction of the golden ratio.
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

    /// The fingerprint of a workspace in a `static`, so that its parts may be temporaries.
    macro_rules! print {
        ($fields:expr, $actions:expr $(, $with:ident($active:expr, $archived:expr))* $(,)?) => {{
            static WORKSPACE: Workspace =
                Workspace::new("phone", $fields, $actions)$(.$with($active, $archived))*;
            WORKSPACE.fingerprint()
        }};
    }

    #[test]
    fn d35_schemas_that_accept_the_same_leads_have_the_same_fingerprint() {
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
    fn d35_schemas_that_accept_other_leads_have_another_fingerprint() {
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
    fn fingerprint_is_the_same_on_every_machine_and_in_every_version() {
        let print = print!(&[PHONE, REMARK, SOURCE, OPTIONS], &[VISIT, CALL]);
        assert_eq!(print.to_string(), "ebbd62843972e50831d290e5c95e9639");
        assert_eq!(format!("{print:?}"), format!("Fingerprint({print})"));
    }
}
