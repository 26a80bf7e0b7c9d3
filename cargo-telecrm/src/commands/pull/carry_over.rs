//! Parts of the old file that telecrm does not send: limits of texts, and earlier labels of an id whose
//! label has changed.

use std::collections::HashMap;

use telecrm_schema::yaml::Node;

use super::yaml::Yaml;

/// Copies limits and earlier labels of the old file into the new sections.
pub(super) fn carry_over(sections: &mut [(String, Yaml)], old: &Node) {
    for (name, section) in sections {
        let Some(old) = old.get(name) else { continue };
        let old = old.get(name).unwrap_or(old);
        match name.as_str() {
            "customFields" => {
                for (field, before) in matched(section, old, "apiName") {
                    carry_over_in_field(field, before);
                }
            }
            "customActions" => {
                for (action, before) in matched(section, old, "code") {
                    carry_over_in_action(action, before);
                }
            }
            "leadStagePipeline" => carry_over_in_pipeline(section, old),
            _ => {}
        }
    }
}

/// The new items that the old list has, too, each with its old item.
fn matched<'n, 'o>(new: &'n mut Yaml, old: &'o Node, key: &str) -> Vec<(&'n mut Yaml, &'o Node)> {
    let Yaml::List(items) = new else { return Vec::new() };
    let mut before: HashMap<&str, &Node> = HashMap::new();
    for item in old.items() {
        if let Some(name) = item.get(key).and_then(Node::as_str) {
            before.entry(name).or_insert(item);
        }
    }
    items
        .iter_mut()
        .filter_map(|item| {
            let old_item = *before.get(item.get(key)?.as_str()?)?;
            Some((item, old_item))
        })
        .collect()
}

fn carry_over_in_action(action: &mut Yaml, old: &Node) {
    let Some(Yaml::Map(fields)) = value_mut(action, "fieldSchema") else { return };
    for (name, field) in fields {
        if let Some(before) = old.get("fieldSchema").and_then(|fields| fields.get(name)) {
            carry_over_in_field(field, before);
        }
    }
}

fn carry_over_in_field(field: &mut Yaml, old: &Node) {
    let plain = |text: &str| text.replace(['_', '-', ' '], "").to_lowercase();
    let of_new = field.get("type").and_then(Yaml::as_str).map(plain);
    let of_old = old.as_str().or_else(|| old.get("type").and_then(Node::as_str)).map(plain);
    // A limit that was set for one type means nothing for another.
    if of_new == of_old {
        for (key, after) in [("minLength", 4), ("maxLength", 5)] {
            carry_over_limit(field, old, key, after);
        }
    }
    let before: Vec<&Node> = old.get("options").map_or(&[][..], Node::items).iter().collect();
    if let Some(Yaml::List(options)) = value_mut(field, "options") {
        carry_over_labels(options, &before, "id", "label");
    }
}

/// Copies a limit. A limit that telecrm sends has priority.
fn carry_over_limit(field: &mut Yaml, old: &Node, key: &str, position: usize) {
    const BEFORE: [&str; 5] = ["apiName", "type", "isLeadid", "lockAfterCreate", "minLength"];
    let (None, Some(limit)) = (field.get(key), old.get(key).and_then(Node::as_str)) else { return };
    let limit = match limit.parse::<u32>() {
        Ok(limit) => Yaml::Bare(limit.to_string()),
        // Not a limit: the check of the file reports it.
        Err(_) => Yaml::Text(limit.to_owned()),
    };
    let Yaml::Map(entries) = field else { return };
    let before = &BEFORE[..position.min(BEFORE.len())];
    let place = entries.iter().take_while(|(key, _)| before.contains(&key.as_str())).count();
    entries.insert(place, (key.to_owned(), limit));
}

fn carry_over_in_pipeline(pipeline: &mut Yaml, old: &Node) {
    let lists = ["activeStatuses", "archivedStatuses"];
    let stages = old.get("leadStages").map_or(&[][..], Node::items);
    // A status may have moved to another stage or into the archive.
    let statuses: Vec<&Node> = stages
        .iter()
        .flat_map(|stage| lists.iter().filter_map(|list| stage.get(list)).flat_map(Node::items))
        .collect();
    if let Some(Yaml::List(stages)) = value_mut(pipeline, "leadStages") {
        for stage in stages {
            for list in lists {
                if let Some(Yaml::List(labels)) = value_mut(stage, list) {
                    carry_over_labels(labels, &statuses, "statusid", "label");
                }
            }
        }
    }
    let lists = ["activeLeadLostReasons", "archivedLeadLostReasons"];
    let reasons: Vec<&Node> =
        lists.iter().filter_map(|list| old.get(list)).flat_map(Node::items).collect();
    for list in lists {
        if let Some(Yaml::List(labels)) = value_mut(pipeline, list) {
            carry_over_labels(labels, &reasons, "reasonid", "reasonLabel");
        }
    }
}

/// The old entries of a list of labels.
struct Before<'o> {
    label_key: &'static str,
    by_id: HashMap<&'o str, Vec<&'o Node>>,
    by_label: HashMap<&'o str, Vec<(Option<&'o str>, &'o Node)>>,
}

impl<'o> Before<'o> {
    fn new(old: &[&'o Node], id_key: &'static str, label_key: &'static str) -> Self {
        let mut before = Self { label_key, by_id: HashMap::new(), by_label: HashMap::new() };
        for entry in old {
            let id = entry.get(id_key).and_then(Node::as_str);
            if let Some(id) = id {
                before.by_id.entry(id).or_default().push(entry);
            }
            if let Some(label) = before.label_of(entry) {
                before.by_label.entry(label).or_default().push((id, entry));
            }
        }
        before
    }

    fn label_of(&self, entry: &'o Node) -> Option<&'o str> {
        entry.as_str().or_else(|| entry.get(self.label_key).and_then(Node::as_str))
    }

    /// The old entry of a new one. `ids` counts the ids of the new list.
    fn find(
        &self,
        id: Option<&str>,
        label: &str,
        ids: &HashMap<String, usize>,
    ) -> Option<&'o Node> {
        let same_id = id.and_then(|id| self.by_id.get(id)).map_or(&[][..], Vec::as_slice);
        let unchanged = same_id.iter().find(|old| self.label_of(old) == Some(label));
        // An id that occurs twice identifies no entry.
        let is_unique = same_id.len() == 1 && id.and_then(|id| ids.get(id)) == Some(&1);
        let by_id = unchanged.or_else(|| same_id.first().filter(|_| is_unique)).copied();
        by_id.or_else(|| {
            // An entry with the same label is the same entry unless another new entry has its id.
            let free = |id: Option<&str>| id.is_none_or(|id| !ids.contains_key(id));
            self.by_label.get(label)?.iter().find(|(id, _)| free(*id)).map(|(_, entry)| *entry)
        })
    }

    /// The earlier labels of an entry, newest first, without its current label.
    fn labels(&self, entry: &'o Node, now: &str) -> Vec<Yaml> {
        let earlier = entry.get("formerly").map_or(&[][..], Node::items);
        let earlier = earlier.iter().filter_map(Node::as_str);
        let mut formerly: Vec<&str> = Vec::new();
        for label in self.label_of(entry).into_iter().chain(earlier) {
            // A blank label never had a Rust name.
            if label != now && !label.trim().is_empty() && !formerly.contains(&label) {
                formerly.push(label);
            }
        }
        formerly.into_iter().map(|label| Yaml::Text(label.to_owned())).collect()
    }
}

/// Adds `formerly` to the entries whose label changed, or whose old entry has it.
fn carry_over_labels(
    new: &mut [Yaml],
    old: &[&Node],
    id_key: &'static str,
    label_key: &'static str,
) {
    let before = Before::new(old, id_key, label_key);
    let mut ids: HashMap<String, usize> = HashMap::new();
    for id in new.iter().filter_map(|entry| entry.get(id_key)?.as_str()) {
        *ids.entry(id.to_owned()).or_default() += 1;
    }
    for entry in new {
        let id = entry.get(id_key).and_then(Yaml::as_str);
        let label = entry.as_str().or_else(|| entry.get(label_key).and_then(Yaml::as_str));
        let Some(label) = label.map(str::to_owned) else { continue };
        let Some(old) = before.find(id, &label, &ids) else { continue };
        let formerly = before.labels(old, &label);
        if formerly.is_empty() {
            continue;
        }
        if !matches!(entry, Yaml::Map(_)) {
            *entry = Yaml::Map(vec![(label_key.to_owned(), Yaml::Text(label))]);
        }
        if let Yaml::Map(entries) = entry {
            entries.push(("formerly".to_owned(), Yaml::List(formerly)));
        }
    }
}

fn value_mut<'y>(value: &'y mut Yaml, key: &str) -> Option<&'y mut Yaml> {
    match value {
        Yaml::Map(entries) => {
            entries.iter_mut().find(|(name, _)| name == key).map(|(_, value)| value)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use telecrm_schema::yaml::Node;

    use super::*;

    fn tree(yaml: &str) -> Node {
        Node::read("test", yaml).expect(yaml)
    }

    fn kept(section: &str, new: &str, old: &str) -> String {
        let mut sections = [(section.to_owned(), Yaml::of(&tree(new)))];
        carry_over(&mut sections, &tree(&format!("{section}: {old}")));
        sections[0].1.flow()
    }

    fn options(new: &str, old: &str) -> String {
        let field =
            |options: &str| format!("[{{ apiName: a, type: DROPDOWN, options: {options} }}]");
        let kept = kept("customFields", &field(new), &field(old));
        let kept = kept.strip_prefix("[{ apiName: a, type: DROPDOWN, options: ").expect("a field");
        kept.strip_suffix(" }]").expect("one field").to_owned()
    }

    #[test]
    fn changed_label_of_an_id_is_listed_under_formerly() {
        let old = "[{ id: o1, label: Cold Call, formerly: [Call, Ring] }, { id: o2, label: Web }]";
        assert_eq!(
            options("[{ id: o2, label: Web }, { id: o1, label: Phone }]", old),
            "[{ id: o2, label: Web }, { id: o1, label: Phone, formerly: [Cold Call, Call, Ring] }]"
        );
        // Back to an earlier one.
        assert_eq!(
            options("[{ id: o1, label: Call }]", old),
            "[{ id: o1, label: Call, formerly: [Cold Call, Ring] }]"
        );
        // Unchanged.
        assert_eq!(
            options("[{ id: o1, label: Cold Call }]", old),
            "[{ id: o1, label: Cold Call, formerly: [Call, Ring] }]"
        );
        // Another option took the label over: the earlier labels stay with the id.
        assert_eq!(
            options("[{ id: o1, label: Phone }, { id: o3, label: Cold Call }]", old),
            "[{ id: o1, label: Phone, formerly: [Cold Call, Call, Ring] }, { id: o3, label: Cold Call }]"
        );
    }

    #[test]
    fn without_ids_earlier_labels_stay_with_the_label() {
        assert_eq!(
            options("[Phone, New]", "[{ label: Phone, formerly: [Call] }, Old]"),
            "[{ label: Phone, formerly: [Call] }, New]"
        );
        assert_eq!(options("[{ id: o1, label: New }]", "[Old]"), "[{ id: o1, label: New }]");
        // Created again under the same label.
        assert_eq!(
            options("[{ id: o2, label: A }]", "[{ id: o1, label: A, formerly: [B] }]"),
            "[{ id: o2, label: A, formerly: [B] }]"
        );
        // Code cannot use the name of a blank label.
        assert_eq!(
            options("[{ id: o1, label: A }]", "[{ id: o1, label: \" \" }]"),
            "[{ id: o1, label: A }]"
        );
    }

    #[test]
    fn ambiguous_id_changes_nothing() {
        let twice = "[{ id: o1, label: A }, { id: o1, label: B }]";
        assert_eq!(options(twice, twice), twice);
        assert_eq!(options("[{ id: o1, label: C }]", twice), "[{ id: o1, label: C }]");
    }

    #[test]
    fn statuses_and_reasons_are_matched_across_the_pipeline() {
        let old = "{ leadStages: [{ stageType: OPEN, activeStatuses: [{ statusid: s1, label: Fresh }] }], \
                    activeLeadLostReasons: [{ reasonid: r1, reasonLabel: Price }] }";
        let new = "{ leadStages: [{ stageType: WON, archivedStatuses: [{ statusid: s1, label: New }] }], \
                    archivedLeadLostReasons: [{ reasonid: r1, reasonLabel: Cost }] }";
        let expected = new.replace("New }", "New, formerly: [Fresh] }");
        let expected = expected.replace("Cost }", "Cost, formerly: [Price] }");
        assert_eq!(kept("leadStagePipeline", new, old), expected);
    }

    #[test]
    fn limits_of_the_file_stay_until_telecrm_sends_limits() {
        let old = "[{ apiName: a, type: text, minLength: 1, maxLength: 20 }]";
        let field = |new: &str| kept("customFields", new, old);
        assert_eq!(
            field("[{ apiName: a, type: TEXT, id: f }]"),
            "[{ apiName: a, type: TEXT, minLength: 1, maxLength: 20, id: f }]"
        );
        assert_eq!(
            field("[{ apiName: a, type: TEXT, maxLength: \"30\" }]"),
            "[{ apiName: a, type: TEXT, minLength: 1, maxLength: \"30\" }]"
        );
        assert_eq!(field("[{ apiName: a, type: NUMBER }]"), "[{ apiName: a, type: NUMBER }]");
        assert_eq!(field("[{ apiName: b, type: TEXT }]"), "[{ apiName: b, type: TEXT }]");
        let old = "{ customActions: [{ code: ACTION_1, fieldSchema: { note: { type: TEXT, maxLength: 9 } } }] }";
        assert_eq!(
            kept(
                "customActions",
                "[{ code: ACTION_1, fieldSchema: { note: { type: TEXT } } }]",
                old
            ),
            "[{ code: ACTION_1, fieldSchema: { note: { type: TEXT, maxLength: 9 } } }]"
        );
    }
}
