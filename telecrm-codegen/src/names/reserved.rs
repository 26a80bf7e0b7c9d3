//! Names that each namespace of the generated code already contains.

/// Methods of `Lead`, which setters must not hide.
pub(crate) const LEAD_FIELDS: &[&str] = &[
    "new",
    "set",
    "set_with",
    "action",
    "actions",
    "action_at",
    "workspace",
    "encode",
    "serialize",
];

/// Methods of an action, which setters must not hide.
pub(crate) const ACTION_FIELDS: &[&str] =
    &["new", "set", "set_with", "created_on", "backdated_to", "into_action"];

/// Methods of the traits of every generated struct, which setters must not hide.
pub(crate) const COMMON_METHODS: &[&str] = &[
    "clone",
    "clone_from",
    "clone_into",
    "default",
    "eq",
    "ne",
    "fmt",
    "into",
    "from",
    "try_into",
    "try_from",
    "to_owned",
    "borrow",
    "borrow_mut",
    "type_id",
];

/// Enums in `options` for the pipeline.
pub(crate) const OPTION_TYPES: &[&str] = &["Status", "LostReason"];

/// Items in `actions`, and variants of `Action`.
pub(crate) const ACTION_TYPES: &[&str] = &["Payment", "Action", "actions", "telecrm"];

/// Names of the prelude, which `use crm::options::*` would shadow.
pub(crate) const PRELUDE: &[&str] = &[
    "Option",
    "Some",
    "None",
    "Result",
    "Ok",
    "Err",
    "String",
    "Vec",
    "Box",
    "Clone",
    "Copy",
    "Send",
    "Sync",
    "Sized",
    "Unpin",
    "Drop",
    "Fn",
    "FnMut",
    "FnOnce",
    "Iterator",
    "IntoIterator",
    "Extend",
    "Default",
    "Eq",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "AsRef",
    "AsMut",
    "Into",
    "From",
    "TryFrom",
    "TryInto",
    "ToOwned",
    "ToString",
    "FromIterator",
];

/// Associated items of an enum, which variants must not hide.
pub(crate) const VARIANTS: &[&str] = &["ALL", "LABELS", "STAGES"];
