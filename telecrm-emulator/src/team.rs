//! Team members of the workspace, for the Sync API and the check of assignees.

use serde::Serialize;
use serde_json::{Map, Value};
use telecrm_schema::{
    Field, FieldType, Schema,
    validate::{Acceptance, DropRule, Violation},
};

use crate::loaded::LoadedSchema;

/// A team member in the response of `GET …/team-members`.
///
/// ```
/// use telecrm_emulator::TeamMember;
///
/// let member = TeamMember::new("Asha Rao", "asha.rao@example.com").status("On Leave");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[must_use]
pub struct TeamMember {
    name: String,
    email: String,
    status: String,
    permission_template_name: &'static str,
    license: &'static str,
}

impl TeamMember {
    /// Creates an active member.
    pub fn new(name: impl Into<String>, email: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            email: email.into(),
            status: "Active".to_owned(),
            permission_template_name: "Caller",
            license: "Standard",
        }
    }

    /// Sets the status: `Active`, `Inactive`, `On Leave`, `Working`, `Invited` or `Deleted`.
    pub fn status(mut self, status: impl Into<String>) -> Self {
        self.status = status.into();
        self
    }

    pub(crate) fn is_deleted(&self) -> bool {
        self.status == "Deleted"
    }

    pub(crate) fn has_email(&self, email: &str) -> bool {
        self.email.eq_ignore_ascii_case(email.trim())
    }
}

/// The team, and whether an assignee must be a member.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    members: Vec<TeamMember>,
    /// `false` for the made-up team.
    is_checked: bool,
}

impl Team {
    pub(crate) fn of(members: impl IntoIterator<Item = TeamMember>) -> Self {
        Self { members: members.into_iter().collect(), is_checked: true }
    }

    /// Returns the default team.
    pub(crate) fn made_up() -> Self {
        let members = vec![
            TeamMember::new("Emulator", "emulator@example.com"),
            TeamMember::new("Former Member", "former@example.com").status("Deleted"),
        ];
        Self { members, is_checked: false }
    }

    pub(crate) fn members(&self) -> &[TeamMember] {
        &self.members
    }

    /// Removes the assignees that are not team members, and adds a violation for each of them.
    ///
    /// `sent` are the actions of the body.
    pub(crate) fn check(&self, schema: &LoadedSchema, sent: &[Value], accepted: &mut Acceptance) {
        let Some(lead) = accepted.lead.as_mut().filter(|_| self.is_checked) else { return };
        accepted.violations.extend(self.check_fields(&schema.schema, &mut lead.fields));
        // The accepted actions do not contain their indices.
        lead.actions = Vec::new();
        for (index, action) in sent.iter().enumerate() {
            if let Some(mut kept) = schema.validator.accept_action(index, action).0 {
                accepted.violations.extend(self.check_action(&schema.schema, index, &mut kept));
                lead.actions.push(kept);
            }
        }
    }

    /// Removes the assignees of a lead that are not team members (D12).
    pub(crate) fn check_fields(
        &self,
        schema: &Schema,
        fields: &mut Map<String, Value>,
    ) -> Vec<Violation> {
        self.remove(&schema.fields, fields, "", DropRule::MalformedActiveUser)
    }

    /// Removes the assignees of an action that are not team members (D24).
    pub(crate) fn check_action(
        &self,
        schema: &Schema,
        index: usize,
        action: &mut Value,
    ) -> Vec<Violation> {
        let code = action.get("type").and_then(Value::as_str).unwrap_or_default();
        let Some(declared) = schema.action(code) else { return Vec::new() };
        let Some(fields) = action.get_mut("fields").and_then(Value::as_object_mut) else {
            return Vec::new();
        };
        let path = format!("actions[{index}].");
        self.remove(&declared.fields, fields, &path, DropRule::ActionField)
    }

    fn remove(
        &self,
        declared: &[Field],
        fields: &mut Map<String, Value>,
        path: &str,
        rule: DropRule,
    ) -> Vec<Violation> {
        let assignees =
            declared.iter().filter(|field| matches!(field.field_type, FieldType::ActiveUsers));
        let assignees = assignees.filter(|_| self.is_checked);
        let mut violations = Vec::new();
        for name in assignees.map(|field| &field.api_name) {
            let email = fields.get(name).and_then(Value::as_str);
            if email.is_none_or(|email| self.has_active(email)) {
                continue;
            }
            if let Some(sent) = fields.shift_remove(name) {
                let text = "no team member has this email";
                let path = format!("{path}fields.{name}");
                violations.push(Violation::of_value(path, rule, &sent, text, self.example()));
            }
        }
        violations
    }

    fn has_active(&self, email: &str) -> bool {
        self.members.iter().any(|member| !member.is_deleted() && member.has_email(email))
    }

    /// Returns an assignee that would have been kept.
    fn example(&self) -> &str {
        let mut active = self.members.iter().filter(|member| !member.is_deleted());
        active.next().map_or("the lead without it", |member| &member.email)
    }
}
