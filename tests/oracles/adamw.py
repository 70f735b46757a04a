"""What AdamW must compute: Keras 3's update, Adam's from weights that shrink first."""

from course_lib.optimizers import AdamW
from tests.oracles import adam

path = adam.path
TRIED = [
    AdamW(lr=0.1, decay=0.03, weight_decay=0.1),
    AdamW(lr=0.1, decay=0.03, weight_decay=0.1, amsgrad=True),
]
