"""What Telegram and Slack have in common: a durable queue, one turn after the other, and the words around a chat.

How a channel uses it:

1.  It checks that a request is authentic, makes an `Update` of it (`platform.py`) and calls `Messenger.accept(update)`
    (`messenger.py`), then answers 200. `accept` stores the update; it returns `False` when it was stored before. When
    it raises `sqlalchemy.exc.SQLAlchemyError` the channel answers 503, and the platform comes again. (With the database down it
    keeps and answers updates in memory.)
2.  It gives `Messenger` a `Platform`: `parts(view)` makes what is to be sent out of a `View` (`rendering.py`; one message of
    the assistant), each part a JSON object; `send(address, part)` sends one. Both know the platform; nothing else does.
3.  It registers the start and the stop: `messenger.listen(blueprint)`.

    messenger = Messenger(MyPlatform(settings))          # in the channel's constructor
    messenger.listen(blueprint)                          # in blueprint()
    conversation = messenger.conversation_id("user or chat id")
    messenger.accept(Update(id="E1", conversation=conversation, address={"chat": 5}, kind=TEXT, value="hello", order=1))

Kinds of updates: `TEXT` (value: the words), `BUTTON` (value: the button's id), `INTENT` (value: a full intent such as
`what_can_you_do`, for commands; extra `title`: what the person did, in words), `UNREADABLE` (a photo …), `GONE` (blocked or
uninstalled: everything is erased, nothing is said), `ELSEWHERE` (a group: the way to a private chat is said once;
`Update.conversation` is then made of the group, and of the person where only they see it).

What the core does by itself: erasing with a question before (`delete_my_data`), the copy as a file (`export_my_data`), the first
message with what this is and who can read it, "I can only read text" once in a row, a button that is no longer open, and
"please try again" when a turn fails. Its words: `content/channels.yml`, `platforms.<name>` for those that differ.

Typed equivalents of buttons: the dialogue takes "2" and a button's words itself (`Conversation.chosen_button`); the core's own
two buttons do so through `choices.py`.
"""
