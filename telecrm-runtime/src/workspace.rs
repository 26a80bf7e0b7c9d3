//! A workspace's schema as data: the generated `WORKSPACE`.

use crate::field_info::{FieldInfo, FieldPart, FieldType, Fields};
use crate::fingerprint::{self, Fingerprint};

/// The schema of a workspace, as telecrm-codegen read it.
///
/// Generated code makes it; applications read it, for example to build a form ([`field`](Self::field)),
/// and compare its [`fingerprint`](Self::fingerprint).
#[derive(Debug)]
pub struct Workspace {
    identifier: &'static str,
    fields: &'static [FieldPart],
    actions: &'static [ActionInfo],
    enterprise: Option<&'static str>,
    name: Option<&'static str>,
    statuses: Labels,
    lost_reasons: Labels,
    ignored: &'static [&'static str],
}

/// Active and archived labels of the lead stage pipeline.
#[derive(Debug)]
struct Labels {
    active: &'static [&'static str],
    archived: &'static [&'static str],
}

impl Labels {
    const NONE: Self = Self { active: &[], archived: &[] };
}

impl Workspace {
    /// A workspace whose leads are identified by the field of this API name.
    #[must_use]
    pub const fn new(
        identifier: &'static str,
        fields: &'static [FieldPart],
        actions: &'static [ActionInfo],
    ) -> Self {
        Self {
            identifier,
            fields,
            actions,
            enterprise: None,
            name: None,
            statuses: Labels::NONE,
            lost_reasons: Labels::NONE,
            ignored: &[],
        }
    }

    /// With the API names of fields that the schema leaves out on purpose (`codegen: skip`), those of
    /// an action as `ACTION_1001.note`: they never count as drift.
    #[must_use]
    pub const fn ignoring(mut self, api_names: &'static [&'static str]) -> Self {
        self.ignored = api_names;
        self
    }

    /// The API names of fields that the schema leaves out on purpose.
    #[must_use]
    pub const fn ignored_fields(&self) -> &'static [&'static str] {
        self.ignored
    }

    /// With the id of the enterprise (telecrm: Metadata, `id`).
    #[must_use]
    pub const fn enterprise(mut self, id: &'static str) -> Self {
        self.enterprise = Some(id);
        self
    }

    /// With the name of the enterprise (telecrm: Metadata, `name`).
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// With the statuses (telecrm: Lead Stage Pipeline).
    #[must_use]
    pub const fn statuses(
        mut self,
        active: &'static [&'static str],
        archived: &'static [&'static str],
    ) -> Self {
        self.statuses = Labels { active, archived };
        self
    }

    /// With the lost reasons (telecrm: Lead Stage Pipeline).
    #[must_use]
    pub const fn lost_reasons(
        mut self,
        active: &'static [&'static str],
        archived: &'static [&'static str],
    ) -> Self {
        self.lost_reasons = Labels { active, archived };
        self
    }

    /// The API name of the field that identifies a lead.
    #[must_use]
    pub const fn identifier(&self) -> &'static str {
        self.identifier
    }

    /// The fields of a lead, in the schema's order.
    #[must_use]
    pub const fn fields(&self) -> Fields {
        Fields::new(self.fields)
    }

    /// The field of a lead with this API name.
    ///
    /// ```
    /// use telecrm_runtime::{FieldPart, Workspace};
    ///
    /// // Generated code has `WORKSPACE`; here it is written by hand.
    /// static WORKSPACE: Workspace = Workspace::new(
    ///     "phone",
    ///     &[FieldPart::Phone("phone"), FieldPart::Text("remark"), FieldPart::MaxLength(200)],
    ///     &[],
    /// );
    /// let remark = WORKSPACE.field("remark").expect("the schema has it");
    /// assert_eq!((remark.field_type().name(), remark.max_length()), ("text", Some(200)));
    /// ```
    #[must_use]
    pub fn field(&self, api_name: &str) -> Option<FieldInfo> {
        self.fields().find(|field| field.api_name() == api_name)
    }

    /// The action with this whole code (`ACTION_1001`).
    #[must_use]
    pub fn action(&self, code: &str) -> Option<&'static ActionInfo> {
        self.actions.iter().find(|action| action.code == code)
    }

    /// The labels that a field takes: its options, or the active statuses or lost reasons.
    #[must_use]
    pub fn labels_of(&self, field: FieldInfo) -> &'static [&'static str] {
        match field.field_type() {
            FieldType::Status => self.statuses.active,
            FieldType::LostReason => self.lost_reasons.active,
            _ => field.option_labels(),
        }
    }

    /// The actions that the workspace defines, in the schema's order.
    #[must_use]
    pub const fn actions(&self) -> &'static [ActionInfo] {
        self.actions
    }

    /// The id of the enterprise, where the schema has it. A client of another one sends no lead of
    /// this workspace.
    #[must_use]
    pub const fn enterprise_id(&self) -> Option<&'static str> {
        self.enterprise
    }

    /// The name of the enterprise, where the schema has it.
    #[must_use]
    pub const fn enterprise_name(&self) -> Option<&'static str> {
        self.name
    }

    /// The statuses that telecrm takes.
    #[must_use]
    pub const fn active_statuses(&self) -> &'static [&'static str] {
        self.statuses.active
    }

    /// The statuses that telecrm drops, and once took.
    #[must_use]
    pub const fn archived_statuses(&self) -> &'static [&'static str] {
        self.statuses.archived
    }

    /// The lost reasons that telecrm takes.
    #[must_use]
    pub const fn active_lost_reasons(&self) -> &'static [&'static str] {
        self.lost_reasons.active
    }

    /// The lost reasons that telecrm drops, and once took.
    #[must_use]
    pub const fn archived_lost_reasons(&self) -> &'static [&'static str] {
        self.lost_reasons.archived
    }

    /// 128 bits that are equal exactly when two schemas accept the same leads, on every machine and
    /// in every version of this crate.
    ///
    /// It ignores the order of anything, display names, descriptions, the enterprise, archived
    /// labels, the options of an open field, and statuses or lost reasons that no field holds.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint::of(self)
    }
}

/// An action that the workspace defines.
#[derive(Debug)]
pub struct ActionInfo {
    code: &'static str,
    display_name: &'static str,
    fields: &'static [FieldPart],
    backdatable: bool,
}

impl ActionInfo {
    /// An action of this whole code (`ACTION_1001`).
    #[must_use]
    pub const fn new(
        code: &'static str,
        display_name: &'static str,
        fields: &'static [FieldPart],
    ) -> Self {
        Self { code, display_name, fields, backdatable: false }
    }

    /// With `created_on` (telecrm: `allowPredatedActivity`).
    #[must_use]
    pub const fn backdatable(mut self) -> Self {
        self.backdatable = true;
        self
    }

    /// The whole code: `ACTION_1001`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// The name in telecrm's user interface.
    #[must_use]
    pub const fn display_name(&self) -> &'static str {
        self.display_name
    }

    /// Its fields, in the schema's order.
    #[must_use]
    pub const fn fields(&self) -> Fields {
        Fields::new(self.fields)
    }

    /// Whether it takes `created_on`.
    #[must_use]
    pub const fn is_backdatable(&self) -> bool {
        self.backdatable
    }
}
