"""What a learner answered, and when it comes back.

``base.events`` keeps everything that a learner does in one file, an event a line. ``answers`` reads from it
what was said to questions, ``spacing`` tells from that when each is due, ``keeping`` exports and resets it.
"""
