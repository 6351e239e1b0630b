"""20 epochs of SGD on 1,920 rows, network 64-32-10, batches of 16, one thread: seconds of processor time, best of 3."""
import time
import torch

torch.set_num_threads(1)
torch.manual_seed(1)
rows, labels = torch.randn(1920, 64), torch.randint(0, 10, (1920,))


def train(epochs):
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.ReLU(), torch.nn.Linear(32, 10))
    sgd = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = torch.nn.CrossEntropyLoss()
    for _ in range(epochs):
        order = torch.randperm(len(rows))
        for start in range(0, len(rows), 16):
            batch = order[start : start + 16]
            sgd.zero_grad()
            loss(model(rows[batch]), labels[batch]).backward()
            sgd.step()


train(2)
times = []
for _ in range(3):
    before = time.process_time()
    train(20)
    times.append(time.process_time() - before)
print(f"PyTorch {torch.__version__} local training {min(times):.4f} s")
