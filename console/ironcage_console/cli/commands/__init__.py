"""The commands, in the order in which a case meets them; each is the file of its name.

A command's file has ``declare(parser)``, which adds its arguments, and ``run(arguments, output)``, which does the work
and returns the exit code.
"""

from ironcage.messages import mark

COMMANDS: dict[str, str] = {
    "demo": mark("run real requests through a process, audit them and show what was found"),
    "check": mark("list every fault of process folders and their files"),
    "deploy": mark("make process folders executable; refuses what check refuses"),
    "start": mark("start a case"),
    "case": mark("show a case, or cancel it"),
    "tasks": mark("list open tasks"),
    "claim": mark("take a task"),
    "release": mark("give a claimed task back"),
    "complete": mark("complete a task"),
    "message": mark("give a message to the one case that waits for it"),
    "signal": mark("give a signal to all cases that wait for it"),
    "migrate": mark("move running cases to another version of their process, and back"),
    "worker": mark("fire timers and deadlines, run service and script tasks"),
    "incident": mark("list what is stopped, and let it go on"),
    "import": mark("read a log into the event log"),
    "audit": mark("examine the cases by the rules and record the findings"),
    "findings": mark("list the findings"),
    "report": mark("write the risk report: text, JSON and HTML with the process diagram"),
    "propose": mark("propose a change of the process where the findings carry it"),
    "verify": mark("check that the record is whole"),
    "seal": mark("sign the heads of all cases"),
    "erase": mark("erase what people wrote in a case, by a recorded order"),
    "archive": mark("move cases that are over into an archive, or one back"),
    "export": mark("write the record to a file that the stand-alone verifier reads"),
    "decide": mark("ask a decision, and why it answers so"),
    "table": mark("take a decision table out as a spreadsheet, and put it back"),
    "conformance": mark("run a conformance kit"),
    "rule": mark("list, explain and test rules"),
    "plugin": mark("list the plugins that were found"),
    "serve": mark("serve the REST API"),
    "key": mark("make, list and revoke the keys of the REST API"),
    "db": mark("create, upgrade, check and copy the database"),
}
